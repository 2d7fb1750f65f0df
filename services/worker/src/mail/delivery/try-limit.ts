import { ConfigError } from '@postern/runtime';
import type { MailTransport } from './transports/mail-transport.ts';

/** Part of a lease that a try may use: what is left is for writing down how it ended. */
const TRY_SHARE = 0.8;

/**
 * The longest that a try of a mail may take, waiting for a connection included, in milliseconds.
 *
 * @throws ConfigError when a provider's own limit is longer: a replica would take a mail up that another is still sending
 */
export function tryLimitMs(leaseMs: number, transports: readonly MailTransport[]): number {
  const limit = leaseMs * TRY_SHARE;
  const longest = Math.max(...transports.map(({ longestTryMs }) => longestTryMs));
  if (longest < limit) return limit;
  throw new ConfigError([
    `MAIL_LEASE_MS: expected more than ${longest / TRY_SHARE}, because an attempt may take ${longest} ms (send_timeout_ms of the provider's URL)`,
  ]);
}
