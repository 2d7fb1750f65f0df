import { UserRegistered, UserRegistrationRepeated, UserRequestIgnored } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import type { FieldFault, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originOf } from '../audit/origin.ts';
import type { HashClient } from '../passwords/hash-queue.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { KnownOwner } from '../passwords/password-policy.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';
import { type NewUser, personOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** What signing up takes, validated. */
export interface SignUp {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
  mobileNumber: string | null;
  locale: string;
}

type Prepared = Omit<NewUser, 'id'>;

/** What the browser that signed up gets, the same for every address. */
interface Accepted {
  /** RFC 3339. */
  linkExpiresAt: string;
  secret: string;
}

/**
 * Signing up. It makes a pending sign-up, of which nothing counts until its link is followed. An address that has an account gets the same
 * answer after the same work; its owner is notified by mail (ASVS 5.0, 6.3.8), unless the account is disabled.
 */
export class Registration {
  readonly #users: UserStore;
  readonly #signUps: SignUps;
  readonly #passwords: NewPasswords;
  readonly #journal: Journal;

  constructor(users: UserStore, signUps: SignUps, passwords: NewPasswords, journal: Journal) {
    this.#users = users;
    this.#signUps = signUps;
    this.#passwords = passwords;
    this.#journal = journal;
  }

  /** What the rules say of the password of a sign-up whose other fields may be missing or wrong. */
  passwordFaults(password: string, person: KnownOwner): FieldFault[] {
    return this.#passwords.ruleFaults(password, person, '/password');
  }

  /**
   * What must be done before the transaction: the rules of passwords and the hash.
   *
   * @throws ProblemError 422 with what is wrong with the password, 503 when too many hashes wait
   */
  async prepare({ password, ...person }: SignUp, client?: HashClient): Promise<Prepared> {
    const passwordHash = await this.#passwords.prepare(password, person, '/password', client);
    return { ...person, passwordHash };
  }

  /** Makes the pending sign-up, its link and its event. */
  async register(tx: Transaction, prepared: Prepared, context: RequestContext): Promise<Accepted> {
    const owner = await this.#users.byEmail(tx, prepared.email);
    const { signUp, link, secret } = await this.#signUps.add(tx, prepared, context);
    await this.#journal.record(tx, {
      action: 'register',
      subjectId: owner?.id ?? signUp.id,
      context,
      ...(owner ? { outcome: 'failure', reason: 'address taken' } : { outcome: 'success' }),
    });
    // In all three events: what writing them takes must not depend on whether there is an account.
    const origin = { at: signUp.createdAt.toISOString(), ...originOf(context) };
    if (!owner) {
      await this.#journal.publish(tx, UserRegistered, { ...personOf(signUp), ...link, ...origin }, context);
    } else if (owner.disabledAt !== null) {
      // The mail says that one can simply sign in, which is untrue of a disabled account.
      const ignored = { user_id: signUp.id, request: 'registration', ...origin } as const;
      await this.#journal.publish(tx, UserRequestIgnored, ignored, context);
    } else {
      await this.#journal.publish(tx, UserRegistrationRepeated, { ...personOf(owner), ...origin }, context);
    }
    return { linkExpiresAt: link.expires_at, secret };
  }
}
