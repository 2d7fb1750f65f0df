import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, originIfKnown, person } from '../person.ts';

/** Somebody asked for a link to set a new password. */
export const UserPasswordResetRequested = defineEvent(
  'user.password_reset_requested',
  1,
  z.object({
    ...person,
    ...link,
    ...originIfKnown,
  }),
);
