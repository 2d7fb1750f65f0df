import { Columns, type ColumnsOf, column } from '@postern/runtime';
import type { NewUser, User } from './user.ts';

/** What a person is from the sign-up on: in `sign_ups` until it is confirmed, in `users` from then on. */
export const newUserColumns: ColumnsOf<NewUser> = {
  id: column.id('id'),
  email: column.value('email'),
  firstName: column.value('first_name'),
  lastName: column.value('last_name'),
  mobileNumber: column.value('mobile_number'),
  locale: column.value('locale'),
  passwordHash: column.value('password_hash'),
};

/** The table `users`, which also has what people are searched by: `foldText` of their names and of their address. */
export const users = new Columns<User>({
  ...newUserColumns,
  credentialVersion: column.value('credential_version'),
  emailVerifiedAt: column.timeOrNull('email_verified_at'),
  disabledAt: column.timeOrNull('disabled_at'),
  createdAt: column.time('created_at'),
  updatedAt: column.time('updated_at'),
});
