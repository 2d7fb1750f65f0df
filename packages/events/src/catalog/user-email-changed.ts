import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { originIfKnown, person } from '../person.ts';

/** The address was changed: `email` is the new one. The origin is that of whoever followed the link. */
export const UserEmailChanged = defineEvent(
  'user.email_changed',
  1,
  z.object({
    ...person,
    old_email: person.email,
    ...originIfKnown,
  }),
  { shared: ['user_id'] },
);
