import { z } from 'zod';

/** Text that a person types and others see: no control characters, at least one visible one. */
function personName(what: string) {
  return z
    .string()
    .trim()
    .min(1, `${what} must not be empty`)
    .max(100, `${what} has at most 100 characters`)
    .regex(/^[^\p{Cc}\p{Cs}\p{Co}\u2028\u2029]*$/u, `${what} must not have control characters`);
}

export const firstName = personName('The first name');
export const lastName = personName('The last name');

/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets with its brackets. Addresses are compared in lower case. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'An e-mail address has at most 254 characters')
  .email('This is not an e-mail address');

/** ITU-T E.164: a plus, the country code, 15 digits at most. */
export const mobileNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'Write the number as +, country code and number, without spaces: +4915112345678');

/** BCP 47, as `Intl` understands it. */
export const locale = z
  .string()
  .max(35, 'A language tag has at most 35 characters')
  .refine(isLocale, 'This is not a language tag such as en or pt-BR');

/** A password as typed, to be compared with a stored one. Rules for new ones are `PasswordPolicy`'s. */
export const currentPassword = z.string().min(1, 'The password must not be empty').max(1024);

/** NIST SP 800-63B-4, 3.1.1.2: the length is checked in code points; here is only the bound on the work. */
export const newPassword = z.string().min(1, 'The password must not be empty').max(1024);

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    // Intl says "not a language tag" by throwing.
    return false;
  }
}
