import { bytesToId, idToBytes, type Sql, type Transaction, toDate } from '@postern/runtime';
import type { PendingSignUp } from './pending-sign-up.ts';
import { SignUpStore } from './sign-up-store.ts';

interface Row {
  id: Buffer;
  email: string;
  first_name: string;
  last_name: string;
  mobile_number: string | null;
  locale: string;
  password_hash: string;
  secret_hash: Buffer;
  device: string;
  address_range: string;
  created_at: unknown;
  expires_at: unknown;
}

export class SqlSignUpStore extends SignUpStore {
  override async insert(tx: Transaction, signUp: PendingSignUp): Promise<void> {
    await tx.sql('sign_ups').insert({
      id: idToBytes(signUp.id),
      email: signUp.email,
      first_name: signUp.firstName,
      last_name: signUp.lastName,
      mobile_number: signUp.mobileNumber,
      locale: signUp.locale,
      password_hash: signUp.passwordHash,
      secret_hash: signUp.secretHash,
      device: signUp.device,
      address_range: signUp.addressRange,
      created_at: signUp.createdAt,
      expires_at: signUp.expiresAt,
    });
  }

  override async ofAddress({ sql }: Sql, email: string, now: Date): Promise<PendingSignUp[]> {
    const rows = await sql<Row>('sign_ups').where({ email }).where('expires_at', '>', now).orderBy('id');
    return rows.map(toSignUp);
  }

  override async lock(tx: Transaction, email: string): Promise<PendingSignUp[]> {
    // SQLite has one writer, and knex leaves FOR UPDATE out for it.
    return (await tx.sql<Row>('sign_ups').where({ email }).orderBy('id').forUpdate()).map(toSignUp);
  }

  override async byId({ sql }: Sql, id: string): Promise<PendingSignUp | undefined> {
    const row = await sql<Row>('sign_ups')
      .where({ id: idToBytes(id) })
      .first();
    return row && toSignUp(row);
  }

  override async delete(tx: Transaction, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.sql('sign_ups').whereIn('id', ids.map(idToBytes)).delete();
  }
}

function toSignUp(row: Row): PendingSignUp {
  return {
    id: bytesToId(row.id),
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    mobileNumber: row.mobile_number,
    locale: row.locale,
    passwordHash: row.password_hash,
    secretHash: row.secret_hash,
    device: row.device,
    addressRange: row.address_range,
    createdAt: toDate(row.created_at) as Date,
    expiresAt: toDate(row.expires_at) as Date,
  };
}
