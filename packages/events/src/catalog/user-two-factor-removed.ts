import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** An administrator or an operator removed the second factor of somebody who cannot use it any more. */
export const UserTwoFactorRemoved = defineEvent('user.two_factor_removed', 1, z.object({ ...person }));
