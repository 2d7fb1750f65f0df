import type { Limit } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';

/**
 * How often a client may come with the token of a link, by API or page, whatever it is for: a genuine one costs reads or a hash each time, and
 * nobody follows links by the hundred. Counted before the token is looked at, so that it says nothing of it.
 */
export function linkLimit({ env }: AccountsConfig): Limit {
  return { name: 'link', per: 'address', max: env.SIGN_INS_PER_ADDRESS, windowSeconds: 60 };
}
