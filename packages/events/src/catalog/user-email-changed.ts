import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** The address was changed: `email` is the new one. The origin is that of who followed the link. */
export const UserEmailChanged = defineEvent(
  'user.email_changed',
  1,
  z.object({
    ...person,
    old_email: person.email,
    // Optional: releases before it published none, and those events may still wait in an outbox or a queue.
    ...z.object(origin).partial().shape,
  }),
);
