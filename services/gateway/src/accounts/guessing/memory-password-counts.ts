import type { Count, Tally } from '../../http/limits/rate-limit-store.ts';
import { PasswordCounts } from './password-counts.ts';

export class MemoryPasswordCounts extends PasswordCounts {
  readonly counts = new Map<string, Count>();

  override async hit({ name, value, windowSeconds }: Tally, now: number): Promise<Count> {
    const key = `${name} ${value}`;
    const before = this.counts.get(key);
    const count =
      before && before.resetsAt > now
        ? { hits: before.hits + 1, resetsAt: before.resetsAt }
        : { hits: 1, resetsAt: now + windowSeconds * 1_000 };
    this.counts.set(key, count);
    return count;
  }

  override async takeBack({ name, value }: Tally, resetsAt: number): Promise<void> {
    const count = this.counts.get(`${name} ${value}`);
    if (count?.resetsAt === resetsAt) count.hits -= 1;
  }
}
