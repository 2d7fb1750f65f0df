import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** The address was changed: `email` is the new one. */
export const UserEmailChanged = defineEvent('user.email_changed', 1, z.object({ ...person, old_email: person.email }));
