import { type LinkPurpose, readLinkToken } from '@postern/events';
import { addressSite } from '../../http/read-address.ts';
import type { Limit } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';

/**
 * How often the token of a link may be brought, by API or page. A genuine one counts by itself, whoever brings it: nobody follows a link by the
 * dozen, and each time costs reads or a hash. Made-up ones count together by the client's site, and apart from genuine ones: counted with them,
 * whoever sends some would keep all behind their address from their links, resets and the way back included.
 */
export function linkLimit({ env }: AccountsConfig, purpose: LinkPurpose): Limit<{ token: string }> {
  return {
    name: 'link',
    per: ({ body: { token }, address }) =>
      readLinkToken(env.LINK_KEY, purpose, token)?.id ?? `not ours ${addressSite(address)}`,
    max: env.SIGN_INS_PER_ACCOUNT,
    windowSeconds: 60,
  };
}
