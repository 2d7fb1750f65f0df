import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { foldAddress } from './fold-address.ts';
import type { KeySet } from './key-set.ts';

/** What a link is good for. A token made for one purpose is worthless for another. */
export type LinkPurpose = 'verify-email' | 'reset-password' | 'change-email' | 'restore-email';

/** What a genuine token says: which row it belongs to, and to whom it was mailed. */
export interface LinkClaim {
  id: string;
  /** As `linkRecipient` makes it. */
  recipient: Buffer;
}

/** What a token of the right form says, whoever has made it. */
export interface UnprovenLink {
  keyId: string;
  claim: LinkClaim;
}

/** As rings have them: what is none is not logged. */
const KEY_ID = /^[A-Za-z0-9_-]{1,20}$/;
const ID_BYTES = 16;
const RECIPIENT_BYTES = 16;
const MAC_BYTES = 32;
const MAC_AT = ID_BYTES + RECIPIENT_BYTES;

/**
 * The secret of a mailed link: `key id . base64url(id, recipient, HMAC-SHA256(key, purpose, id and recipient))`. It is
 * derived where it is needed, when the mail is rendered and when the link is followed, so that the database, the
 * outbox, the queues and their dead letters hold ids alone (ASVS 5.0, 6.4 and 6.5: unguessable, 256 bits, single use by the row).
 *
 * The recipient is whom the mail goes to. The gateway compares it with the one the link was issued for: whoever has the link of
 * somebody else mailed to an address of their own gets a link that is refused.
 *
 * @param keys what gateway and worker share
 * @param tokenId the UUID of the token's row
 * @param address whom the mail goes to
 */
export function linkToken(keys: KeySet, purpose: LinkPurpose, tokenId: string, address: string): string {
  const { id: keyId, bytes: key } = keys.writing;
  const id = idBytes(tokenId);
  const recipient = linkRecipient(tokenId, address);
  return `${keyId}.${Buffer.concat([id, recipient, mac(key, purpose, id, recipient)]).toString('base64url')}`;
}

/** What a token says that a key of these made for this purpose; undefined for anything else, found out in constant time. */
export function readLinkToken(keys: KeySet, purpose: LinkPurpose, token: string): LinkClaim | undefined {
  const parts = partsOf(token);
  const key = parts && keys.find(parts.keyId);
  if (!key) return undefined;
  const { id, recipient, signature } = parts;
  return timingSafeEqual(signature, mac(key, purpose, id, recipient)) ? claimOf(parts) : undefined;
}

/** What a token says that may have been made by any key, or made up; undefined when it has not the form of one. */
export function readUnprovenLink(token: string): UnprovenLink | undefined {
  const parts = partsOf(token);
  return parts && { keyId: parts.keyId, claim: claimOf(parts) };
}

interface TokenParts {
  keyId: string;
  id: Buffer;
  recipient: Buffer;
  signature: Buffer;
}

function partsOf(token: string): TokenParts | undefined {
  const dot = token.indexOf('.');
  const [keyId, text] = [token.slice(0, Math.max(dot, 0)), token.slice(dot + 1)];
  const bytes = Buffer.from(text, 'base64url');
  // base64url decoding is lenient; only the one spelling that `linkToken` writes is accepted.
  if (!KEY_ID.test(keyId) || bytes.length !== MAC_AT + MAC_BYTES || bytes.toString('base64url') !== text) {
    return undefined;
  }
  const [id, recipient] = [bytes.subarray(0, ID_BYTES), bytes.subarray(ID_BYTES, MAC_AT)];
  return { keyId, id, recipient, signature: bytes.subarray(MAC_AT) };
}

function claimOf({ id, recipient }: TokenParts): LinkClaim {
  const hex = id.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return { id: groups.join('-'), recipient };
}

/**
 * Whom a link is for, 16 bytes: a hash of the folded address that is another for each link, so that neither a link nor its
 * row gives an address away to whoever does not have a guess for this very one.
 */
export function linkRecipient(tokenId: string, address: string): Buffer {
  const hash = createHash('sha256').update('postern/link-recipient\0').update(idBytes(tokenId));
  return hash.update(foldAddress(address)).digest().subarray(0, RECIPIENT_BYTES);
}

function idBytes(tokenId: string): Buffer {
  const id = Buffer.from(tokenId.replaceAll('-', ''), 'hex');
  if (id.length !== ID_BYTES) throw new TypeError('the token id is not a UUID');
  return id;
}

function mac(key: Uint8Array, purpose: LinkPurpose, id: Uint8Array, recipient: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`postern/link/${purpose}\0`).update(id).update(recipient).digest();
}
