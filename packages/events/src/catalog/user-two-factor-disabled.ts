import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** The second factor was removed. */
export const UserTwoFactorDisabled = defineEvent('user.two_factor_disabled', 1, z.object({ ...person, ...origin }));
