import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, originIfKnown, person } from '../person.ts';

/**
 * Somebody signed up. Nothing of it counts until the link is followed; `user_id` is the id that the account has from then on.
 */
export const UserRegistered = defineEvent('user.registered', 1, z.object({ ...person, ...link, ...originIfKnown }));
