import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, originIfKnown, person } from '../person.ts';

/** A person wants another address. The link goes to the new one, a notice to the old (`email`). */
export const UserEmailChangeRequested = defineEvent(
  'user.email_change_requested',
  1,
  z.object({
    ...person,
    ...link,
    new_email: person.email,
    ...originIfKnown,
  }),
);
