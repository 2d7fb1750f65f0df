import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** A sign-in from a device that this account has not been seen with. */
export const UserSignedInFromNewDevice = defineEvent(
  'user.signed_in_from_new_device',
  1,
  z.object({ ...person, ...origin }),
);
