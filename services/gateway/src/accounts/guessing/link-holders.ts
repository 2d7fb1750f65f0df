/**
 * Who proves themselves by a password and has a mailed link, and no session: by what the link is for, as an account may ask for another one.
 * Apart from each other: a link to another address is made for whoever has taken the account, as often as they ask.
 */
export const LINK_HOLDERS = { mailbox: 'link', wayBack: 'way back' } as const;

export function hasLink(holder: string): boolean {
  return Object.values<string>(LINK_HOLDERS).includes(holder);
}
