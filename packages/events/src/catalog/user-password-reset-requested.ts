import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, origin, person } from '../person.ts';

/** Somebody asked for a link to set a new password. */
export const UserPasswordResetRequested = defineEvent(
  'user.password_reset_requested',
  1,
  z.object({
    ...person,
    ...link,
    // Optional: releases before it published none, and those events may still wait in an outbox or a queue.
    ...z.object(origin).partial().shape,
  }),
);
