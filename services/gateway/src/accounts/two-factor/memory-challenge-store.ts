import type { Sql, Transaction } from '@postern/runtime';
import { ChallengeStore } from './challenge-store.ts';

export class MemoryChallengeStore extends ChallengeStore {
  readonly rows = new Map<string, { userId: string; expiresAt: Date }>();

  override async create(_tx: Transaction, tokenHash: Buffer, userId: string, expiresAt: Date): Promise<void> {
    this.rows.set(tokenHash.toString('hex'), { userId, expiresAt });
  }

  override async find(_db: Sql, tokenHash: Buffer, now: Date): Promise<string | undefined> {
    const row = this.rows.get(tokenHash.toString('hex'));
    return row && row.expiresAt > now ? row.userId : undefined;
  }

  override async finish(_tx: Transaction, tokenHash: Buffer): Promise<boolean> {
    return this.rows.delete(tokenHash.toString('hex'));
  }

  override async deleteOfUser(_tx: Transaction, userId: string): Promise<void> {
    for (const [hash, row] of this.rows) if (row.userId === userId) this.rows.delete(hash);
  }
}
