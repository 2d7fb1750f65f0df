import { UserErased } from '@postern/events';
import { listen } from './listen.ts';

/** Empties what the worker's own tables hold of a person whose account was erased. */
export const forgetPerson = listen(UserErased, 'forget-person', ({ data, envelope }, { forget }) =>
  forget({ ...data, at: new Date(envelope.time) }),
);
