import { shownAddress } from '@postern/events';
import type { FieldFault } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { foldText } from '../users/fold-text.ts';
import type { BreachCheck } from './breach-check.ts';
import { commonPasswords } from './common-passwords.ts';
import { passwordFaults } from './password-fault.ts';

/** Whose password it is to be. */
export interface Owner {
  email: string;
  firstName: string;
  lastName: string;
}

/** What is known of an owner while other fields are missing or wrong. */
export type KnownOwner = { [Field in keyof Owner]?: Owner[Field] | undefined };

/** ASVS 5.0, 6.2.9 asks for 64 at least; the bound keeps the hash's input small. */
const MAX_LENGTH = 128;
/** Words shorter than this are in too many good passwords. */
const SHORTEST_WORD = 3;
/** What must be left of a password when words that anybody can guess are taken out of it. */
const MIN_FOREIGN_CHARACTERS = 4;

/**
 * What a new password must be: 8 (settable) to 128 characters of any kind, counted as code points, without rules of
 * composition (ASVS 5.0, 6.2.1, 6.2.5, 6.2.9; NIST SP 800-63B-4, 3.1.1.2). Refused: the 10,000 most common (6.2.4), one
 * made of the person's own names or address or of the service's (6.1.2, 6.2.11), one known from a breach (6.2.12).
 */
export class PasswordPolicy {
  readonly #minLength: number;
  readonly #common: ReadonlySet<string>;
  readonly #serviceWords: readonly string[];
  readonly #breaches: BreachCheck;

  constructor({ env }: AccountsConfig, breaches: BreachCheck) {
    this.#minLength = env.PASSWORD_MIN_LENGTH;
    this.#common = commonPasswords(env.PASSWORD_MIN_LENGTH);
    this.#serviceWords = ['postern', ...domainWords(new URL(env.PUBLIC_URL).hostname)];
    this.#breaches = breaches;
  }

  /** Every fault at once, at `pointer`; none when the password may be used. Asks the breach check only about good ones. */
  async faults(password: string, owner: Owner, pointer: string): Promise<FieldFault[]> {
    const faults = this.ruleFaults(password, owner, pointer);
    // As it is hashed: typed in another form of Unicode it is the same password.
    if (faults.length > 0 || !(await this.#breaches.isBreached(password.normalize('NFC')))) return faults;
    return [{ pointer, detail: passwordFaults.breached }];
  }

  /** The faults that need no breach check. What is not known of the owner is not looked for. */
  ruleFaults(password: string, owner: KnownOwner, pointer: string): FieldFault[] {
    const details: string[] = [];
    const length = [...password.normalize('NFC')].length;
    if (length < this.#minLength) details.push(passwordFaults.short(this.#minLength));
    if (length > MAX_LENGTH) details.push(passwordFaults.long(MAX_LENGTH));
    if (this.#common.has(password.toLowerCase())) details.push(passwordFaults.common);
    if (isMadeOf(password, ownWords(owner))) {
      details.push(passwordFaults.own);
    }
    if (isMadeOf(password, this.#serviceWords)) details.push(passwordFaults.service);
    return details.map((detail) => ({ pointer, detail }));
  }
}

function ownWords({ email = '', firstName = '', lastName = '' }: KnownOwner): string[] {
  const [localPart = '', domain = ''] = shownAddress(email).split('@');
  return [email, localPart, ...localPart.split(/[^\p{L}\p{N}]+/u), ...domainWords(domain)].concat(
    firstName,
    lastName,
    firstName.split(/\s+/),
    lastName.split(/\s+/),
  );
}

function domainWords(domain: string): string[] {
  return [domain, ...domain.split('.')];
}

function isMadeOf(password: string, words: readonly string[]): boolean {
  const longestFirst = words
    .map(foldText)
    .filter((word) => word.length >= SHORTEST_WORD)
    .sort((a, b) => b.length - a.length);
  const folded = foldText(password);
  const rest = longestFirst.reduce((text, word) => text.replaceAll(word, ''), folded);
  return rest !== folded && [...rest].length < MIN_FOREIGN_CHARACTERS;
}
