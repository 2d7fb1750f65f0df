import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** A sign-in, or a password confirmed in a session, whose second factor was a recovery code. */
export const UserSignedInWithRecoveryCode = defineEvent(
  'user.signed_in_with_recovery_code',
  1,
  z.object({ ...person, ...origin }),
);
