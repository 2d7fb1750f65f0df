import type { AccountsConfig } from './config.ts';

const WINDOW_SECONDS = 3_600;

/** Names of one provider that ignores dots in the local part. */
const DOTLESS = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox that an address leads to, for counting alone: sub-addresses (RFC 5233) and, where the provider is known to ignore
 * them, dots and case are one. Mail goes to the address as it was given.
 */
export function countedMailbox(email: string): string {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at).toLowerCase().replace(/\+.*$/s, '');
  const domain = email.slice(at + 1).toLowerCase();
  return DOTLESS.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
}

/**
 * One budget of mails that strangers can cause to a recipient, over all that they can ask for: it has one name. It is used
 * up alike by an address with an account and by one without. Count it `per` a `countedMailbox`.
 */
export function mailBudget({ env }: AccountsConfig) {
  return { name: 'mails', max: env.MAILS_PER_HOUR, windowSeconds: WINDOW_SECONDS };
}
