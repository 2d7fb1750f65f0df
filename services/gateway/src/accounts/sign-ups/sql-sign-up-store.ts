import { Columns, column, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { newUserColumns } from '../users/users-table.ts';
import type { PendingSignUp } from './pending-sign-up.ts';
import { SignUpStore } from './sign-up-store.ts';

const signUps = new Columns<PendingSignUp>({
  ...newUserColumns,
  secretHash: column.value('secret_hash'),
  device: column.value('device'),
  addressRange: column.value('address_range'),
  createdAt: column.time('created_at'),
  expiresAt: column.time('expires_at'),
});

export class SqlSignUpStore extends SignUpStore {
  override async insert(tx: Transaction, signUp: PendingSignUp): Promise<void> {
    await tx.sql('sign_ups').insert(signUps.store(signUp));
  }

  override async ofAddress({ sql }: Sql, email: string, now: Date): Promise<PendingSignUp[]> {
    const rows = await sql('sign_ups').where({ email }).where('expires_at', '>', now).orderBy('id');
    return rows.map(signUps.read);
  }

  override async lock(tx: Transaction, email: string): Promise<PendingSignUp[]> {
    // SQLite has one writer, and knex leaves FOR UPDATE out for it.
    return (await tx.sql('sign_ups').where({ email }).orderBy('id').forUpdate()).map(signUps.read);
  }

  override async byId({ sql }: Sql, id: string): Promise<PendingSignUp | undefined> {
    const row = await sql('sign_ups')
      .where({ id: idToBytes(id) })
      .first();
    return row && signUps.read(row);
  }

  override async delete(tx: Transaction, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.sql('sign_ups').whereIn('id', ids.map(idToBytes)).delete();
  }
}
