import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** A second factor was set up. */
export const UserTwoFactorEnabled = defineEvent('user.two_factor_enabled', 1, z.object({ ...person, ...origin }));
