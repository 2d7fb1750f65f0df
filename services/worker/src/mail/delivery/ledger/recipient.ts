import { createHmac, hkdfSync } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { foldAddress, readDomain } from '@postern/events';

/** Longest local part, in octets, and longest address that fits an SMTP path (RFC 5321, 4.5.3.1.3). */
const MAX_LOCAL_BYTES = 64;
const MAX_LENGTH = 254;
/** What could end the address in a header or an SMTP command, or make two of one. Quoted local parts are not taken. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const UNSAFE = /[\s<>,;:"()[\]\\\u0000-\u001f\u007f-\u009f]/;

/** The address cannot be mailed to, now or later. The message never quotes it. */
export class UnusableAddressError extends Error {
  override name = 'UnusableAddressError';
}

/**
 * Throws UnusableAddressError unless `address` is one plain addr-spec. Its domain is of the one grammar that the gateway has
 * too; before the @ it may have letters outside ASCII, which the transports can send to (SMTPUTF8, RFC 6531).
 */
export function checkAddress(address: string): void {
  const at = address.lastIndexOf('@');
  if (address.length > MAX_LENGTH)
    throw new UnusableAddressError(`the address is longer than ${MAX_LENGTH} characters`);
  if (UNSAFE.test(address) || !address.isWellFormed()) {
    throw new UnusableAddressError('the address has a character that no address here may have');
  }
  if (at < 1 || at !== address.indexOf('@')) {
    throw new UnusableAddressError('the address is not of the form name@domain');
  }
  if (Buffer.byteLength(address.slice(0, at)) > MAX_LOCAL_BYTES) {
    throw new UnusableAddressError(`the address has more than ${MAX_LOCAL_BYTES} bytes before its @`);
  }
  const { fault } = readDomain(address.slice(at + 1));
  if (fault !== undefined) throw new UnusableAddressError(`the address is of no domain: ${fault}`);
}

/** The address's domain in ASCII and lower case; empty if it has none that DNS could know. */
export function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1)).toLowerCase();
}

/**
 * Knows addresses again without holding them: HMAC-SHA256 under a key derived from RECIPIENT_KEY (HKDF, RFC 5869), so that a
 * copied ledger does not give addresses to whoever guesses them. Case is ignored: every large provider does.
 */
export class RecipientHasher {
  readonly #key: Buffer;

  constructor(key: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', key, '', 'postern/recipient', 32));
  }

  hash(address: string): Buffer {
    return createHmac('sha256', this.#key).update(foldAddress(address)).digest();
  }
}
