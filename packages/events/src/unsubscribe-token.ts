import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeySet } from './key-set.ts';

/** A mail that a recipient wants no more of. */
export interface Unsubscription {
  /** The recipient as the mail ledger knows them: a keyed hash of the address. */
  recipient: Uint8Array;
  /** The mail's name. */
  mail: string;
}

const RECIPIENT_BYTES = 32;
const MAC_BYTES = 32;

/**
 * The secret of an unsubscribe link: `key id . base64url(recipient, HMAC-SHA256(key, recipient and mail), mail)`. It is
 * hard to forge, holds no address, and is good for as long as its key is accepted (RFC 8058, 4 and 7).
 *
 * @param keys what gateway and worker share
 */
export function unsubscribeToken(keys: KeySet, { recipient, mail }: Unsubscription): string {
  if (recipient.length !== RECIPIENT_BYTES) throw new TypeError('the recipient is not a hash of 32 bytes');
  const { id, bytes: key } = keys.writing;
  return `${id}.${Buffer.concat([recipient, mac(key, recipient, mail), Buffer.from(mail)]).toString('base64url')}`;
}

/** What a token that one of these keys made is about; undefined for anything else, found out in constant time. */
export function readUnsubscribeToken(keys: KeySet, token: string): Unsubscription | undefined {
  const dot = token.indexOf('.');
  const key = dot === -1 ? undefined : keys.find(token.slice(0, dot));
  const text = token.slice(dot + 1);
  const bytes = Buffer.from(text, 'base64url');
  if (!key || bytes.length <= RECIPIENT_BYTES + MAC_BYTES || bytes.toString('base64url') !== text) return undefined;
  const recipient = bytes.subarray(0, RECIPIENT_BYTES);
  const mail = bytes.subarray(RECIPIENT_BYTES + MAC_BYTES).toString();
  const given = bytes.subarray(RECIPIENT_BYTES, RECIPIENT_BYTES + MAC_BYTES);
  return timingSafeEqual(given, mac(key, recipient, mail)) ? { recipient, mail } : undefined;
}

function mac(key: Uint8Array, recipient: Uint8Array, mail: string): Buffer {
  return createHmac('sha256', key).update('postern/unsubscribe\0').update(recipient).update(mail).digest();
}
