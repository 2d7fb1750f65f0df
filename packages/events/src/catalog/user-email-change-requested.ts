import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { link, originIfKnown, person } from '../person.ts';

/**
 * A person wants another address. A notice goes to the old one (`email`), and the link to the new one; when that has an account
 * already, its owner is notified instead, unless that is disabled. Nothing else distinguishes the two: the requester must not learn it.
 */
export const UserEmailChangeRequested = defineEvent(
  'user.email_change_requested',
  2,
  z.object({
    ...person,
    ...link,
    new_email: person.email,
    /** Who has the new address; null when nobody does. Whoever is disabled is told nothing: they could do nothing about it. */
    owner: z
      .object({ first_name: person.first_name, locale: person.locale, disabled: z.boolean().optional() })
      .nullable(),
    ...originIfKnown,
  }),
  // What was published before was published for free addresses only.
  { upcasts: { 1: (data) => ({ ...(data as object), owner: null }) } },
);
