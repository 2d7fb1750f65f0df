import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { origin, person } from '../person.ts';

/** New recovery codes have taken the place of all older ones. */
export const UserRecoveryCodesRenewed = defineEvent(
  'user.recovery_codes_renewed',
  1,
  z.object({ ...person, ...origin }),
);
