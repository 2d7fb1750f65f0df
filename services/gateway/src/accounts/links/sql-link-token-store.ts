import type { LinkClaim, LinkPurpose } from '@postern/events';
import { bytesToId, idToBytes, type Sql, type Transaction, toDate } from '@postern/runtime';
import { type LinkRow, LinkTokenStore } from './link-token-store.ts';

interface Row {
  id: Buffer;
  user_id: Buffer;
  purpose: LinkPurpose;
  recipient_hash: Buffer | null;
  new_email: string | null;
  created_at: unknown;
  expires_at: unknown;
  used_at: unknown;
}

export class SqlLinkTokenStore extends LinkTokenStore {
  override async put(tx: Transaction, row: LinkRow): Promise<void> {
    await tx
      .sql('link_tokens')
      .insert({
        id: idToBytes(row.id),
        user_id: idToBytes(row.userId),
        purpose: row.purpose,
        recipient_hash: row.recipient,
        new_email: row.newEmail,
        created_at: row.createdAt,
        expires_at: row.expiresAt,
        used_at: row.usedAt,
      })
      .onConflict(['user_id', 'purpose'])
      .merge();
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
    const row = await sql<Row>('link_tokens')
      .where({ id: idToBytes(id) })
      .first();
    if (!row) return undefined;
    return {
      id: bytesToId(row.id),
      userId: bytesToId(row.user_id),
      purpose: row.purpose,
      recipient: row.recipient_hash,
      newEmail: row.new_email,
      createdAt: toDate(row.created_at) as Date,
      expiresAt: toDate(row.expires_at) as Date,
      usedAt: toDate(row.used_at),
    };
  }

  override async deleteOfUser(tx: Transaction, userId: string, ...except: LinkPurpose[]): Promise<void> {
    await tx
      .sql('link_tokens')
      .where({ user_id: idToBytes(userId) })
      .whereNotIn('purpose', except)
      .delete();
  }

  override async deleteOfUsers(tx: Transaction, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    await tx.sql('link_tokens').whereIn('user_id', userIds.map(idToBytes)).delete();
  }
}
