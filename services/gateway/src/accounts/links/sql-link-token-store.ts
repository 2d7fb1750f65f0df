import type { LinkClaim, LinkPurpose } from '@postern/events';
import { Columns, column, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { type LinkRow, LinkTokenStore } from './link-token-store.ts';

const links = new Columns<LinkRow>({
  id: column.id('id'),
  userId: column.id('user_id'),
  purpose: column.value('purpose'),
  recipient: column.value('recipient_hash'),
  newEmail: column.value('new_email'),
  createdAt: column.time('created_at'),
  expiresAt: column.time('expires_at'),
  usedAt: column.timeOrNull('used_at'),
});

export class SqlLinkTokenStore extends LinkTokenStore {
  override async put(tx: Transaction, row: LinkRow): Promise<void> {
    await tx.sql('link_tokens').insert(links.store(row)).onConflict(['user_id', 'purpose']).merge();
  }

  override hold(tx: Transaction, row: LinkRow): Promise<void> {
    return this.put(tx, row);
  }

  override async use(tx: Transaction, { id, recipient }: LinkClaim, purpose: LinkPurpose, now: Date): Promise<boolean> {
    const used: number = await tx
      .sql('link_tokens')
      .where({ id: idToBytes(id), purpose, recipient_hash: recipient })
      .whereNull('used_at')
      .where('expires_at', '>', now)
      .update({ used_at: now });
    return used === 1;
  }

  override async byId({ sql }: Sql, id: string): Promise<LinkRow | undefined> {
    const row = await sql('link_tokens')
      .where({ id: idToBytes(id) })
      .first();
    return row && links.read(row);
  }

  override async ofUser({ sql }: Sql, userId: string, purpose: LinkPurpose): Promise<LinkRow | undefined> {
    const row = await sql('link_tokens')
      .where({ user_id: idToBytes(userId), purpose })
      .first();
    return row && links.read(row);
  }

  override async deleteOfUser(tx: Transaction, userId: string, purposes: readonly LinkPurpose[]): Promise<void> {
    await tx
      .sql('link_tokens')
      .where({ user_id: idToBytes(userId) })
      .whereIn('purpose', purposes)
      .delete();
  }

  override async deleteTo(tx: Transaction, new_email: string, now: Date): Promise<void> {
    await tx
      .sql('link_tokens')
      .where({ new_email })
      .where((links) =>
        links.where({ purpose: 'change-email' }).orWhereNotNull('used_at').orWhere('expires_at', '<=', now),
      )
      .delete();
  }

  override async deleteOfUsers(tx: Transaction, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    await tx.sql('link_tokens').whereIn('user_id', userIds.map(idToBytes)).delete();
  }
}
