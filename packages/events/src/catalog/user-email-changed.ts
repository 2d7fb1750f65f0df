import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { linkIfThereIsOne, originIfKnown, person } from '../person.ts';

/**
 * The address was changed: `email` is the new one. The origin is that of whoever followed the link. Of a change by somebody who knew the
 * password there is a link for the old address, by which the account goes back there, unless an earlier one works still.
 */
export const UserEmailChanged = defineEvent(
  'user.email_changed',
  1,
  z.object({
    ...person,
    old_email: person.email,
    ...originIfKnown,
    ...linkIfThereIsOne,
  }),
  { shared: ['user_id'] },
);
