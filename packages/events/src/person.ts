import { z } from 'zod';

/** Whom an event is about, with what a mail to that person needs. */
export const person = {
  user_id: z.uuid(),
  email: z.string().min(3).max(254),
  first_name: z.string().min(1).max(100),
  /** BCP 47, as the person chose it at sign-up or the gateway guessed it. */
  locale: z.string().min(2).max(35),
};

/** A link's token as it may travel: its id and end, never the token. */
export const link = {
  token_id: z.uuid(),
  expires_at: z.iso.datetime(),
};

/** The same in events that may do without a link. */
export const linkIfThereIsOne = z.object(link).partial().shape;

/** Where and with what something was done, coarse enough to be mailed. */
export const origin = {
  at: z.iso.datetime(),
  /** "Firefox on Linux". */
  device: z.string().max(200),
  /** The address's network, 203.0.113.0/24 or 2001:db8::/48. */
  address_range: z.string().max(60),
};

/** The same in events whose older releases published none: those may still wait in an outbox or a queue. */
export const originIfKnown = z.object(origin).partial().shape;
