import type { SecretRing } from '@postern/runtime';
import type { AuditAction } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';
import type { AccountsConfig } from '../config.ts';
import type { KeyRing } from './key-ring.ts';
import type { Progress, Resealing } from './resealing.ts';
import type { Along, SigningKey } from './signing-key-store.ts';

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
    return this.#signing.rotate((kid) => this.#line('rotate-keys', by, kid));
  }

  /** @throws UnknownKeyError */
  async revoke(kid: string, by: string): Promise<{ successor?: string }> {
    return this.#signing.revoke(kid, this.#line('revoke-key', by, kid));
  }

  async *reEncrypt({ dryRun, by }: { dryRun: boolean; by: string }): AsyncGenerator<Progress> {
    // Before the first value: broken off, it has begun all the same.
    if (!dryRun)
      await this.#journal.recordNow({
        action: 're-encrypt',
        outcome: 'success',
        details: { by: [by], key: [this.writing] },
      });
    yield* this.#resealing.run(this.writing, { dryRun });
  }

  /** A line of the audit log, for the transaction of what it reports. */
  #line(action: AuditAction, by: string, key: string): Along {
    return (tx) => this.#journal.record(tx, { action, outcome: 'success', details: { by: [by], key: [key] } });
  }
}
