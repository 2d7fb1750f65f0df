import { readEmailAddress, readStoredAddress } from '@postern/events';
import { z } from 'zod';
import { visibleText } from './visible-text.ts';

const MAX_NAME = 100;

/** A text of one line that is what `visibleText` makes of it. */
function visibleField(what: string) {
  const tooLong = `${what} has at most ${MAX_NAME} characters`;
  return z
    .string()
    .min(1, `${what} must not be empty`)
    .max(MAX_NAME, tooLong)
    .transform((typed, context) => {
      const { text, fault } = visibleText(typed, what);
      // Counted again: some characters become three when they are composed (U+FB2C), and no column holds those.
      if (fault === undefined && text.length <= MAX_NAME) return text;
      context.addIssue(fault ?? tooLong);
      return z.NEVER;
    });
}

/**
 * The id of something of ours, in the one spelling that ids are compared in. UUIDs may be written in capitals (RFC 9562, 4), and
 * an admin who writes their own so must not pass for somebody else.
 */
export const idField = z.guid().toLowerCase();

export const firstName = visibleField('The first name');
export const lastName = visibleField('The last name');

/** What a list is searched for. */
export const searchText = visibleField('The search');

function addressField(read: typeof readEmailAddress) {
  return z
    .string()
    .meta({ format: 'email', maxLength: 254 })
    .transform((typed, context) => {
      const { address, fault } = read(typed);
      if (fault === undefined) return address;
      context.addIssue(`This is not an e-mail address. ${fault}`);
      return z.NEVER;
    });
}

/** An address in the one spelling under which it is stored and compared; people may write the domain in their own letters. */
export const email = addressField(readEmailAddress);

/** The address of an account that there may be already, which was perhaps made when more addresses were accepted. */
export const storedEmail = addressField(readStoredAddress);

/** An address as it is shown: its domain may have letters outside ASCII. */
export const shownEmail = z.string().meta({ format: 'idn-email' });

/** ITU-T E.164: a plus, the country code, 15 digits at most. */
export const mobileNumber = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/, 'Write the number as +, country code and number, without spaces: +4915112345678');

/** BCP 47: language, script, region and one variant. All of them are locales for `Intl`; the expression is of any dialect. */
export const locale = z
  .string()
  .max(35, 'A language tag has at most 35 characters')
  .regex(
    /^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?$/,
    'This is not a language tag such as en or pt-BR',
  );

/** A password as typed, to be compared with a stored one. Rules for new ones are `PasswordPolicy`'s. */
export const currentPassword = z.string().min(1, 'The password must not be empty').max(1024);

/** NIST SP 800-63B-4, 3.1.1.2: the length is checked in code points; here is only the bound on the work. */
export const newPassword = z
  .string()
  .min(1, 'The password must not be empty')
  .max(1024)
  .meta({ minLength: 8, maxLength: 128 });

/** A code of an authenticator app, or a recovery code. */
export const codeField = z.string().trim().min(6, 'A code has six digits').max(40);
