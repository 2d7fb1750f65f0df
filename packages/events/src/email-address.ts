import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321, 4.5.3.1, in octets; 254 is what is left of a path of 256 between its brackets. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
const MAX_ADDRESS = 254;
const TOO_LONG = `The domain has at most ${MAX_DOMAIN} characters`;
/** RFC 1035, 2.3.4. */
const MAX_LABEL = 63;

/** `atext` of RFC 5322, 3.2.3, and dots. */
const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
/** A dot of which no character is on either side: RFC 5321, 4.1.2, has them between atoms alone. */
const STRAY_DOT = /^\.|\.\.|\.$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const ASCII = /^\p{ASCII}*$/u;
/** ASCII other than letters, digits, dots and hyphens. */
const NO_DOMAIN = /[^A-Za-z0-9.\P{ASCII}-]/u;

type EmailAddress = { address: string; fault?: undefined } | { address?: undefined; fault: string };

/**
 * Reads an e-mail address: the mailbox of RFC 5321, 4.1.2, with the lengths of RFC 5321 and RFC 1035, but for quoted local parts and
 * address literals. The one grammar of both services.
 *
 * @returns the one spelling under which it is stored and compared: lower case, the domain as A-labels (UTS 46); or what is
 *   wrong with it, with a hint, and without quoting it
 */
export function readEmailAddress(text: string): EmailAddress {
  const read = readStoredAddress(text);
  if (read.address === undefined || !STRAY_DOT.test(read.address.slice(0, read.address.lastIndexOf('@')))) return read;
  return { fault: 'Before the @ there are two dots in a row, or one at the beginning or end' };
}

/**
 * As `readEmailAddress`, with dots anywhere before the @, as accounts could have them once (`<input type=email>` lets them pass): for who
 * signs in with such an address.
 */
export function readStoredAddress(text: string): EmailAddress {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || at === trimmed.length - 1)
    return { fault: 'Write the address as name@domain, such as ada@example.com' };
  // Looked at as it was written: the Kelvin sign is outside ASCII, and its lower case is a k.
  const fault = localFault(trimmed.slice(0, at));
  if (fault !== undefined) return { fault };
  const local = trimmed.slice(0, at).toLowerCase();
  const domain = readDomain(trimmed.slice(at + 1));
  if (domain.fault !== undefined) return { fault: domain.fault };
  const address = `${local}@${domain.ascii}`;
  return address.length > MAX_ADDRESS ? { fault: `An address has at most ${MAX_ADDRESS} characters` } : { address };
}

function localFault(local: string): string | undefined {
  if (local.includes('@')) return 'An address has one @';
  if (!ASCII.test(local))
    return 'Letters outside ASCII before the @ (RFC 6531) are not supported; the domain may have them';
  if (!LOCAL.test(local))
    return 'Before the @ there is a character that an address cannot have, such as a space, quote or bracket';
  return local.length > MAX_LOCAL ? `Before the @ there are at most ${MAX_LOCAL} characters` : undefined;
}

/** A domain as DNS has it, in lower case, or what is wrong with it. */
export function readDomain(text: string): { ascii: string; fault?: undefined } | { ascii?: undefined; fault: string } {
  // Before anything is made of it: Punycode takes the square of the length, for a body of 16 KB a tenth of a second.
  if (text.length > MAX_DOMAIN) return { fault: TOO_LONG };
  // The function of URLs forgives too much in ASCII (escapes, paths, ports, numbers): that is looked at here.
  const ascii = ASCII.test(text) ? text.toLowerCase() : NO_DOMAIN.test(text) ? '' : domainToASCII(text);
  if (ascii === '') return { fault: 'The domain has a character that a domain cannot have' };
  if (ascii.length > MAX_DOMAIN) return { fault: TOO_LONG };
  const labels = ascii.split('.');
  if (labels.includes('')) return { fault: 'The domain has two dots in a row, or begins or ends with one' };
  if (labels.some((label) => label.length > MAX_LABEL)) {
    return { fault: `Between its dots a domain has at most ${MAX_LABEL} characters` };
  }
  if (!labels.every((label) => LABEL.test(label))) {
    return { fault: 'Between its dots a domain has letters, digits and hyphens, and a hyphen not at an end' };
  }
  if (isIP(ascii) !== 0 || /^\d+$/.test(labels.at(-1) as string)) {
    return { fault: 'A number is not a domain: write the name of the mail domain' };
  }
  // What claims to be an A-label has to be one: it would be shown as something else than what it is.
  if (!labels.every(isCanonical)) {
    return { fault: 'The domain has a part beginning with xn-- that is not valid Punycode' };
  }
  return { ascii };
}

function isCanonical(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const shown = domainToUnicode(label);
  return shown !== label && domainToASCII(shown) === label;
}

/** An address as people write it: with the letters that its A-labels stand for. */
export function shownAddress(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToUnicode(address.slice(at)) || address.slice(at));
}
