import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, originIfKnown, person } from '../person.ts';

/** Somebody asked for another mail with the link of a sign-up, which is the same as before. The origin is the sign-up's. */
export const UserEmailResendRequested = defineEvent(
  'user.email_resend_requested',
  1,
  z.object({ ...person, ...link, ...originIfKnown }),
);
