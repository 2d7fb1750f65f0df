import type { LinkClaim, LinkPurpose } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';
import { type LinkRow, LinkTokenStore } from './link-token-store.ts';

export class MemoryLinkTokenStore extends LinkTokenStore {
  rows: LinkRow[] = [];
  /** Whose were held, in their order. */
  readonly held: string[] = [];

  override async put(_tx: Transaction, row: LinkRow): Promise<void> {
    this.rows = this.rows.filter(({ userId, purpose }) => userId !== row.userId || purpose !== row.purpose);
    this.rows.push({ ...row });
  }

  /** Within one process nothing comes between. */
  override async hold(_tx: Transaction, { userId }: LinkRow): Promise<void> {
    this.held.push(userId);
  }

  override async use(
    _tx: Transaction,
    { id, recipient }: LinkClaim,
    purpose: LinkPurpose,
    now: Date,
  ): Promise<boolean> {
    const row = this.rows.find((one) => one.id === id && one.purpose === purpose);
    if (!row?.recipient?.equals(recipient) || row.usedAt || row.expiresAt <= now) return false;
    row.usedAt = now;
    return true;
  }

  override async byId(_db: Sql, id: string): Promise<LinkRow | undefined> {
    return this.rows.find((row) => row.id === id);
  }

  override async ofUser(_db: Sql, userId: string, purpose: LinkPurpose): Promise<LinkRow | undefined> {
    return this.rows.find((row) => row.userId === userId && row.purpose === purpose);
  }

  override async deleteOfUser(_tx: Transaction, userId: string, purposes: readonly LinkPurpose[]): Promise<void> {
    this.rows = this.rows.filter((row) => row.userId !== userId || !purposes.includes(row.purpose));
  }

  override async deleteTo(_tx: Transaction, newEmail: string, now: Date): Promise<void> {
    this.rows = this.rows.filter(
      (row) => row.newEmail !== newEmail || (row.purpose !== 'change-email' && !row.usedAt && row.expiresAt > now),
    );
  }

  override async deleteOfUsers(_tx: Transaction, userIds: readonly string[]): Promise<void> {
    this.rows = this.rows.filter(({ userId }) => !userIds.includes(userId));
  }
}
