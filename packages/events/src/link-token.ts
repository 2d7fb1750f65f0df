import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link is good for. A token made for one purpose is worthless for another. */
export type LinkPurpose = 'verify-email' | 'reset-password' | 'change-email';

const ID_BYTES = 16;
const MAC_BYTES = 32;

/**
 * The secret of a mailed link: the token's id and HMAC-SHA256(key, purpose and id), base64url, 64 characters. It is
 * derived where it is needed, when the mail is rendered and when the link is followed, so that the database, the
 * outbox, the queues and their dead letters hold ids alone (ASVS 5.0, 6.4 and 6.5: unguessable, 256 bits, single use by the row).
 *
 * @param key 32 bytes that gateway and worker share
 * @param tokenId the UUID of the token's row
 */
export function linkToken(key: Uint8Array, purpose: LinkPurpose, tokenId: string): string {
  const id = Buffer.from(tokenId.replaceAll('-', ''), 'hex');
  if (id.length !== ID_BYTES) throw new TypeError('the token id is not a UUID');
  return Buffer.concat([id, mac(key, purpose, id)]).toString('base64url');
}

/**
 * The id of a token that this key and purpose made; undefined for anything else, found out in constant time.
 */
export function readLinkToken(key: Uint8Array, purpose: LinkPurpose, token: string): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // base64url decoding is lenient; only the one spelling that `linkToken` writes is accepted.
  if (bytes.length !== ID_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
  const id = bytes.subarray(0, ID_BYTES);
  if (!timingSafeEqual(bytes.subarray(ID_BYTES), mac(key, purpose, id))) return undefined;
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function mac(key: Uint8Array, purpose: LinkPurpose, id: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`postern/link/${purpose}\0`).update(id).digest();
}
