import type { SecretRing } from '@postern/runtime';
import type { AuditAction } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';
import type { AccountsConfig } from '../config.ts';
import type { KeyRing } from './key-ring.ts';
import type { Progress, Resealing } from './resealing.ts';
import type { SigningKey } from './signing-key-store.ts';

/** What operators do with keys; each change leaves a line in the audit log that says by whom. */
export class KeyOperations {
  readonly #signing: KeyRing;
  readonly #resealing: Resealing;
  readonly #journal: Journal;
  readonly #ring: SecretRing;

  constructor(signing: KeyRing, resealing: Resealing, journal: Journal, { env }: AccountsConfig) {
    this.#signing = signing;
    this.#resealing = resealing;
    this.#journal = journal;
    this.#ring = env.KEY_ENCRYPTION_KEY;
  }

  /** The id of the key that seals. */
  get writing(): string {
    return this.#ring.writing.id;
  }

  list(): Promise<SigningKey[]> {
    return this.#signing.list();
  }

  /** The keys of KEY_ENCRYPTION_KEY, the writing one first, and how many values each has sealed; last, as `''`, the rest. */
  async sealing(): Promise<{ id: string; values: number }[]> {
    const counts = await this.#resealing.count();
    const ids = [...this.#ring.all.map(({ id }) => id), ''];
    return ids.map((id) => ({ id, values: counts.get(id) ?? 0 }));
  }

  async rotate(by: string): Promise<{ kid: string; signsFrom: Date }> {
    const made = await this.#signing.rotate();
    await this.#record('rotate-keys', by, made.kid);
    return made;
  }

  /** @throws UnknownKeyError */
  async revoke(kid: string, by: string): Promise<{ successor?: string }> {
    const result = await this.#signing.revoke(kid);
    await this.#record('revoke-key', by, kid);
    return result;
  }

  async *reEncrypt({ dryRun, by }: { dryRun: boolean; by: string }): AsyncGenerator<Progress> {
    if (!dryRun) await this.#record('re-encrypt', by, this.writing);
    yield* this.#resealing.run(this.writing, { dryRun });
  }

  #record(action: AuditAction, by: string, key: string): Promise<void> {
    return this.#journal.recordNow({ action, outcome: 'success', details: { by: [by], key: [key] } });
  }
}
