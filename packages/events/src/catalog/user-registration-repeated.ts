import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { originIfKnown, person } from '../person.ts';

/** Somebody signed up with an address that has an account. The API answered as for a new one; its owner is notified. */
export const UserRegistrationRepeated = defineEvent(
  'user.registration_repeated',
  1,
  z.object({ ...person, ...originIfKnown }),
);
