import type { Sql, Transaction } from '@postern/runtime';
import { type FormerPassword, FormerPasswordStore } from './former-password-store.ts';

export class MemoryFormerPasswordStore extends FormerPasswordStore {
  rows: FormerPassword[] = [];

  override async add(tx: Transaction, row: FormerPassword, most: number, since: Date): Promise<void> {
    if ((await this.ofUser(tx, row.userId, since)).length < most) this.rows.push({ ...row });
  }

  override async ofUser(_db: Sql, userId: string, since: Date): Promise<FormerPassword[]> {
    return this.rows.filter((row) => row.userId === userId && row.endedAt > since);
  }

  override async endBy(_tx: Transaction, userId: string, at: Date): Promise<void> {
    for (const row of this.rows) if (row.userId === userId && row.endedAt > at) row.endedAt = at;
  }

  override async deleteOfUser(_tx: Transaction, userId: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.userId !== userId);
  }
}
