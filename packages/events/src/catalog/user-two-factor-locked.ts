import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** After too many wrong codes in a row the app's codes are not accepted any more. `origin` is that of the last try. */
export const UserTwoFactorLocked = defineEvent('user.two_factor_locked', 1, z.object({ ...person, ...origin }));
