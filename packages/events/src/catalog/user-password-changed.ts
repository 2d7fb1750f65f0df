import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** The password was changed or reset; other sessions have ended. */
export const UserPasswordChanged = defineEvent('user.password_changed', 1, z.object({ ...person, ...origin }));
