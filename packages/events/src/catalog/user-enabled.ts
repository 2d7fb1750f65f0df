import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** An administrator opened a disabled account again. */
export const UserEnabled = defineEvent('user.enabled', 1, z.object({ ...person }), { shared: ['user_id'] });
