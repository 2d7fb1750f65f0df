import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** A person proved that the address is theirs. */
export const UserEmailVerified = defineEvent('user.email_verified', 1, z.object({ ...person }), {
  shared: ['user_id'],
});
