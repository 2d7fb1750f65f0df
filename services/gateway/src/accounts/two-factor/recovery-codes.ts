import { createHash, randomInt } from 'node:crypto';

/** How many a person gets at once. */
const COUNT = 10;
/** Crockford's base 32: nothing that is mistaken for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP_LENGTH = 7;

/**
 * New recovery codes: 28 characters of 5 bits each. With 140 bits a plain hash is enough to store them (ASVS 5.0, 6.5.2
 * to 6.5.4 and 11.5.1; NIST SP 800-63B-4, 3.1.2).
 */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => Array.from({ length: GROUPS }, group).join('-'));
}

/** What is stored of a code. However it was typed: case, spaces and hyphens do not matter, nor do O and I for 0 and 1. */
export function hashRecoveryCode(code: string): Buffer {
  const plain = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(`postern/recovery-code\0${plain}`).digest();
}

function group(): string {
  return Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
