import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { originIfKnown } from '../person.ts';

/**
 * Somebody asked for a mail to an address that none is due to (no account, a disabled one, or nothing to verify).
 * Nobody listens: it is published so that asking costs the same work, whether the address has an account or not. `user_id` is
 * nobody's.
 */
export const UserRequestIgnored = defineEvent(
  'user.request_ignored',
  1,
  z.object({
    user_id: z.uuid(),
    // `email-change` is in events of older releases.
    request: z.enum(['registration', 'resend-verification', 'password-reset', 'email-change']),
    // Where the event that it stands for has one: writing it takes a time that can be measured.
    ...originIfKnown,
  }),
);
