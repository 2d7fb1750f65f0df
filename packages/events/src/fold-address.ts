import { domainToASCII } from 'node:url';

/**
 * The spelling under which an address is compared: local part in lower case and Unicode's composed form, domain as DNS has it
 * (UTS 46, RFC 5890). Every large provider ignores case; both services have to agree on one fold.
 */
export function foldAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0)).normalize('NFC').toLowerCase();
  return `${local}@${domainToASCII(address.slice(at + 1)).toLowerCase()}`;
}
