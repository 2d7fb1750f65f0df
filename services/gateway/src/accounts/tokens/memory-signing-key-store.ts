import type { Transaction } from '@postern/runtime';
import { type Along, type SigningKey, SigningKeyStore } from './signing-key-store.ts';

export class MemorySigningKeyStore extends SigningKeyStore {
  keys: SigningKey[] = [];
  /** How often the table was read. */
  reads = 0;

  override async accepted(now: Date): Promise<SigningKey[]> {
    this.reads += 1;
    return this.keys
      .filter(({ acceptedUntil }) => acceptedUntil === null || acceptedUntil > now)
      .sort((a, b) => b.signsFrom.getTime() - a.signsFrom.getTime() || (a.kid < b.kid ? 1 : -1));
  }

  override async addFirst(key: SigningKey): Promise<void> {
    if (!this.keys.some(({ acceptedUntil }) => acceptedUntil === null)) this.keys.push(key);
  }

  override async succeed(key: SigningKey, othersAcceptedUntil: Date, along: Along): Promise<void> {
    await along({} as Transaction);
    for (const other of this.keys) other.acceptedUntil ??= othersAcceptedUntil;
    this.keys.push(key);
  }

  override async revoke(kid: string, now: Date, successor: SigningKey | undefined, along: Along): Promise<void> {
    await along({} as Transaction);
    if (successor) this.keys.push(successor);
    for (const key of this.keys) if (key.kid === kid) key.acceptedUntil = now;
  }

  override async deleteOld(before: Date): Promise<void> {
    this.keys = this.keys.filter(({ acceptedUntil }) => acceptedUntil === null || acceptedUntil >= before);
  }
}
