import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { linkIfThereIsOne, origin, person } from '../person.ts';

/**
 * The password was changed or reset; other sessions have ended. Of a change by somebody who was signed in there is a link to set another,
 * should that have been somebody else than the mailbox's owner.
 */
export const UserPasswordChanged = defineEvent(
  'user.password_changed',
  1,
  z.object({ ...person, ...origin, ...linkIfThereIsOne }),
);
