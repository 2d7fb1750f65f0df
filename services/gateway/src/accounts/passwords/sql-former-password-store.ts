import { Columns, column, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { type FormerPassword, FormerPasswordStore } from './former-password-store.ts';

const former = new Columns<FormerPassword>({
  id: column.id('id'),
  userId: column.id('user_id'),
  passwordHash: column.value('password_hash'),
  endedAt: column.time('ended_at'),
});

export class SqlFormerPasswordStore extends FormerPasswordStore {
  override async add({ sql }: Transaction, row: FormerPassword, most: number, since: Date): Promise<void> {
    const user_id = idToBytes(row.userId);
    // From a SELECT, so that counting and adding is one statement.
    await sql.raw(
      `INSERT INTO former_passwords (id, user_id, password_hash, ended_at) SELECT ?, id, ?, ? FROM users WHERE id = ?
        AND (SELECT COUNT(*) FROM former_passwords WHERE user_id = ? AND ended_at > ?) < ?`,
      [idToBytes(row.id), row.passwordHash, row.endedAt, user_id, user_id, since, most],
    );
  }

  override async ofUser({ sql }: Sql, userId: string, since: Date): Promise<FormerPassword[]> {
    const rows = await sql('former_passwords')
      .where({ user_id: idToBytes(userId) })
      .where('ended_at', '>', since)
      .orderBy('ended_at')
      .orderBy('id');
    return rows.map(former.read);
  }

  override async endBy({ sql }: Transaction, userId: string, at: Date): Promise<void> {
    await sql('former_passwords')
      .where({ user_id: idToBytes(userId) })
      .where('ended_at', '>', at)
      .update({ ended_at: at });
  }

  override async deleteOfUser({ sql }: Transaction, userId: string): Promise<void> {
    await sql('former_passwords')
      .where({ user_id: idToBytes(userId) })
      .delete();
  }
}
