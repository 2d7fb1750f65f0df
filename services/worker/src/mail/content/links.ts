import { type KeySet, type LinkPurpose, linkToken, unsubscribeToken } from '@postern/events';

/** Makes the links of one recipient's mail at the moment it is rendered. */
export interface MailLinks {
  /** The page where a person uses a token, with the token in it: secret. */
  build(purpose: LinkPurpose, tokenId: string): string;
  /** The gateway's page that ends a mail for its recipient, by one click (RFC 8058). */
  unsubscribe(mail: string): string;
  /** The front end's own address, where one is configured. */
  readonly home?: string | undefined;
}

/** The pages that a front end (or, without one, the gateway) has for each kind of link. */
export const linkPaths: Readonly<Record<LinkPurpose, string>> = {
  'verify-email': 'verify-email',
  'reset-password': 'reset-password',
  'change-email': 'change-email',
  'restore-email': 'restore-email',
};

interface MailLinksOptions {
  /** LINK_KEY: the gateway checks with the same ones. */
  keys: KeySet;
  /** The gateway's address, which hosts the pages when there is no front end. */
  publicUrl: string;
  /** The front end's address, if there is one. */
  appUrl?: string | undefined;
}

/** Whom a mail goes to: the links in it are good for this recipient alone. */
interface LinkRecipient {
  address: string;
  /** The same as the ledger knows it, 32 bytes. */
  hash: Uint8Array;
}

export type LinksFor = (recipient: LinkRecipient) => MailLinks;

export function createMailLinks({ keys, publicUrl, appUrl }: MailLinksOptions): LinksFor {
  const home = appUrl;
  const unsubscribePage = new URL('unsubscribe', publicUrl.replace(/\/*$/, '/'));
  const base = (appUrl ?? publicUrl).replace(/\/*$/, '/');
  return ({ address, hash }) => ({
    home,
    build(purpose, tokenId) {
      const url = new URL(linkPaths[purpose], base);
      url.searchParams.set('token', linkToken(keys, purpose, tokenId, address));
      return url.href;
    },
    unsubscribe(mail) {
      const url = new URL(unsubscribePage);
      url.searchParams.set('token', unsubscribeToken(keys, { recipient: hash, mail }));
      return url.href;
    },
  });
}
