import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** An administrator closed an account to its owner. */
export const UserDisabled = defineEvent('user.disabled', 1, z.object({ ...person }), { shared: ['user_id'] });
