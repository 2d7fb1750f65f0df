import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** An administrator set the roles of an account. */
export const UserRolesChanged = defineEvent(
  'user.roles_changed',
  1,
  z.object({ ...person, roles: z.array(z.string().max(50)).max(20) }),
  { shared: ['user_id', 'roles'] },
);
