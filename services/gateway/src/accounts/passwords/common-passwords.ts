import { dictionary } from '@zxcvbn-ts/language-common';

/** ASVS 5.0, 6.2.4 asks for 3,000; NIST SP 800-63B-4, 3.1.1.2 for a list that stops the likely guesses. */
const LIST_SIZE = 10_000;

/**
 * The most common passwords that the shortest length lets through at all, most common first, in lower case. From the
 * list that zxcvbn-ts keeps (MIT; compiled from breaches), which has about 49,000 of any length.
 */
export function commonPasswords(minLength: number): ReadonlySet<string> {
  const allowed = dictionary['passwords-common'].filter((password) => password.length >= minLength);
  return new Set(allowed.slice(0, LIST_SIZE));
}
