import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** A sign-in, a password confirmed in a session, or an account taken back by a link, whose second factor was a recovery code. */
export const UserSignedInWithRecoveryCode = defineEvent(
  'user.signed_in_with_recovery_code',
  1,
  z.object({ ...person, ...origin }),
);
