import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, person } from '../person.ts';

/** A person whose address is not verified asked for another link; older ones are void. */
export const UserEmailResendRequested = defineEvent('user.email_resend_requested', 1, z.object({ ...person, ...link }));
