import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, origin, person } from '../person.ts';

/** A person wants another address. The link goes to the new one, a notice to the old (`email`). */
export const UserEmailChangeRequested = defineEvent(
  'user.email_change_requested',
  1,
  z.object({
    ...person,
    ...link,
    new_email: person.email,
    // Optional: releases before it published none, and those events may still wait in an outbox or a queue.
    ...z.object(origin).partial().shape,
  }),
);
