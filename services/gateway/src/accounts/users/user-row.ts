import { bytesToId, toDate } from '@postern/runtime';
import type { User } from './user.ts';

/** The table `users`, as it is stored. */
export interface UserRow {
  id: Buffer;
  email: string;
  /** `foldText` of the names and of the address. */
  search_name: string | null;
  search_email: string | null;
  first_name: string;
  last_name: string;
  mobile_number: string | null;
  locale: string;
  password_hash: string;
  credential_version: number;
  email_verified_at: unknown;
  disabled_at: unknown;
  created_at: unknown;
  updated_at: unknown;
}

export function toUser(row: UserRow): User {
  return {
    id: bytesToId(row.id),
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    mobileNumber: row.mobile_number,
    locale: row.locale,
    passwordHash: row.password_hash,
    credentialVersion: row.credential_version,
    emailVerifiedAt: toDate(row.email_verified_at),
    disabledAt: toDate(row.disabled_at),
    createdAt: toDate(row.created_at) as Date,
    updatedAt: toDate(row.updated_at) as Date,
  };
}
