import { Columns, column } from '@postern/runtime';
import type { User } from './user.ts';

/** The table `users`, which also has what people are searched by: `foldText` of their names and of their address. */
export const users = new Columns<User>({
  id: column.id('id'),
  email: column.value('email'),
  firstName: column.value('first_name'),
  lastName: column.value('last_name'),
  mobileNumber: column.value('mobile_number'),
  locale: column.value('locale'),
  passwordHash: column.value('password_hash'),
  credentialVersion: column.value('credential_version'),
  emailVerifiedAt: column.timeOrNull('email_verified_at'),
  disabledAt: column.timeOrNull('disabled_at'),
  createdAt: column.time('created_at'),
  updatedAt: column.time('updated_at'),
});
