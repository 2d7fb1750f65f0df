import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** An account was erased. This event is the last that carries its address: the worker confirms and forgets it. */
export const UserErased = defineEvent('user.erased', 1, z.object({ ...person }), { shared: ['user_id'] });
