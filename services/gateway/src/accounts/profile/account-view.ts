import { shownAddress } from '@postern/events';
import { z } from 'zod';
import { shownEmail } from '../users/fields.ts';
import type { User } from '../users/user.ts';

/** A person as the API shows them. */
export const accountView = z
  .strictObject({
    id: z.uuid(),
    first_name: z.string(),
    last_name: z.string(),
    email: shownEmail,
    email_verified: z.boolean(),
    mobile_number: z.string().nullable(),
    locale: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Account' });

type AccountView = z.infer<typeof accountView>;

export const accountExample: AccountView = {
  id: '0199346e-aef0-73a9-9842-4475266d9bd0',
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.com',
  email_verified: true,
  mobile_number: '+4915112345678',
  locale: 'en',
  created_at: '2026-11-23T12:00:00.000Z',
  updated_at: '2026-11-23T12:00:00.000Z',
};

export function viewOf(user: User): AccountView {
  return {
    id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    email: shownAddress(user.email),
    email_verified: user.emailVerifiedAt !== null,
    mobile_number: user.mobileNumber,
    locale: user.locale,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
