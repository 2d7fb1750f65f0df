import type { Limit } from '../http/route.ts';
import { addressRange } from './audit/origin.ts';
import type { AccountsConfig } from './config.ts';

const WINDOW_SECONDS = 3_600;

/**
 * The steps, in milliseconds, in which operations answer that mail to an address of the asker's choice (ASVS 5.0, 6.3.8). The same statements run
 * whether there is an account or not, but its row is read, its event is larger, and rows of somebody new are inserted where others are
 * updated: 30 us of the 1.6 ms of a forgotten password, which 500 answers show.
 */
export const MAIL_STEP_MS = 10;

interface Provider {
  /** All of one mailbox. */
  domains: readonly [string, ...string[]];
  /** What distinguishes one mailbox from another, of what is before the @. */
  nameOf: (local: string) => string;
}

/** Providers whose mailboxes have several names. */
const PROVIDERS: readonly Provider[] = [
  { domains: ['gmail.com', 'googlemail.com'], nameOf: (local) => local.replaceAll('.', '') },
  {
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    nameOf: (local) => local.replaceAll(/[._-]/g, ''),
  },
  {
    domains: ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'ya.ru'],
    // A dot is as good as a hyphen there; without it the mailbox is another person's.
    nameOf: (local) => local.replaceAll('.', '-'),
  },
  { domains: ['icloud.com', 'me.com', 'mac.com'], nameOf: (local) => local },
];

/**
 * The mailbox that an address leads to, for counting alone: sub-addresses (RFC 5233), case and, where the provider is known to take them
 * for one, dots, hyphens and domains are one. Mail goes to the address as it was given.
 */
export function countedMailbox(email: string): string {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at).toLowerCase().replace(/\+.*$/s, '');
  const domain = email.slice(at + 1).toLowerCase();
  const provider = PROVIDERS.find(({ domains }) => domains.includes(domain));
  if (!provider) return `${local}@${domain}`;
  return `${provider.nameOf(local)}@${provider.domains[0]}`;
}

type AddressOf<Body> = (body: Body) => string;

/**
 * One budget of mails that strangers can cause to a recipient, over all that they can ask for: it has one name. It is used
 * up alike by an address with an account and by one without. Beyond it there is a small reserve, so that nobody keeps others from their mail by using it up: one mail for each
 * network that has asked for none (docs/decisions/limits.md).
 *
 * @param addressOf the recipient, of the request's body
 */
export function mailBudget<Body>({ env }: AccountsConfig, addressOf: AddressOf<Body>): Limit<Body> {
  const mailbox = ({ body }: { body: Body }) => countedMailbox(addressOf(body));
  return {
    ...budget(env, mailbox),
    reserve: {
      ...{ name: 'mails-network', windowSeconds: WINDOW_SECONDS, most: Math.ceil(env.MAILS_PER_HOUR / 2) },
      per: ({ body, address }) => `${addressRange(address)} ${mailbox({ body })}`,
    },
  };
}

/**
 * The same budget for links to set a new password. Its reserve is one for as long as a link works: who finds all used up has a mail whose link does,
 * and whoever used it up with other mails keeps nobody from theirs. It is an address's own: another name of the mailbox, which anybody can make up, has no
 * account that the mail would be for.
 */
export function resetMailBudget<Body>({ env }: AccountsConfig, addressOf: AddressOf<Body>): Limit<Body> {
  const mailbox = ({ body }: { body: Body }) => countedMailbox(addressOf(body));
  return {
    ...budget(env, mailbox),
    advice:
      'Several mails have gone to this address; where it has an account, the link in the newest one of them to set a password works.',
    reserve: { name: 'mails-reset', windowSeconds: env.LINK_SECONDS, per: ({ body }) => addressOf(body) },
  };
}

function budget<Body>({ MAILS_PER_HOUR: max }: AccountsConfig['env'], per: (subject: { body: Body }) => string) {
  // Secret: how much is left of it would tell any stranger whether somebody with this address is signing up at the moment.
  return { name: 'mails', max, windowSeconds: WINDOW_SECONDS, per, secret: true as const, ofEffects: true as const };
}
