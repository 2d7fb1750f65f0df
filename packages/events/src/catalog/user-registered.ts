import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, person } from '../person.ts';

/** A person signed up. The link verifies the address. */
export const UserRegistered = defineEvent('user.registered', 1, z.object({ ...person, ...link }));
