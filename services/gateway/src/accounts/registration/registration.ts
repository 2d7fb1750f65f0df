import {
  UserEmailResendRequested,
  UserRegistered,
  UserRegistrationRepeated,
  UserRequestIgnored,
} from '@postern/events';
import { newId, type Transaction } from '@postern/runtime';
import type { FieldFault, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Links } from '../links/links.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { KnownOwner } from '../passwords/password-policy.ts';
import { type NewUser, personOf, type User } from '../users/user.ts';
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

type Owner = NewUser & Pick<User, 'emailVerifiedAt' | 'disabledAt'>;
type Prepared = Omit<NewUser, 'id'>;

/**
 * Signing up. An address that has an account gets the same answer after the same work: the same statements run, of
 * which one inserts nothing; its owner is told by mail (ASVS 5.0, 6.3.8), unless the account is disabled.
 */
export class Registration {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #passwords: NewPasswords;
  readonly #journal: Journal;

  constructor(users: UserStore, links: Links, passwords: NewPasswords, journal: Journal) {
    this.#users = users;
    this.#links = links;
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
  async prepare({ password, ...person }: SignUp, signal?: AbortSignal): Promise<Prepared> {
    const passwordHash = await this.#passwords.prepare(password, person, '/password', signal);
    return { ...person, passwordHash };
  }

  /** Creates the account, its link and its event. Returns when the link ends (RFC 3339). */
  async register(tx: Transaction, prepared: Prepared, context: RequestContext): Promise<string> {
    const user: NewUser = { ...prepared, id: newId() };
    await this.#users.insertIfAbsent(tx, user);
    const owner: Owner = (await this.#users.byEmail(tx, user.email)) ?? {
      ...user,
      emailVerifiedAt: null,
      disabledAt: null,
    };
    const isNew = owner.id === user.id;
    // Who lost the first mail and signs up again has an account that only a link opens: they get a new one.
    const isWaiting = !isNew && owner.emailVerifiedAt === null && owner.disabledAt === null;
    // Of a taken address the link belongs to nobody: its id is never told to anyone, and the row is swept away.
    const link = await this.#links.issue(tx, {
      userId: isWaiting ? owner.id : user.id,
      purpose: 'verify-email',
      recipient: user.email,
    });
    const entry = { action: 'register', subjectId: owner.id, context } as const;
    await this.#journal.record(tx, {
      ...entry,
      ...(isNew ? { outcome: 'success' } : { outcome: 'failure', reason: 'address taken' }),
    });
    if (isNew) await this.#journal.publish(tx, UserRegistered, { ...personOf(user), ...link }, context);
    else if (owner.disabledAt !== null) {
      // The mail says that one can simply sign in, which is untrue of a disabled account.
      const ignored = { user_id: user.id, request: 'registration' } as const;
      await this.#journal.publish(tx, UserRequestIgnored, ignored, context);
    } else if (isWaiting) {
      await this.#journal.publish(tx, UserEmailResendRequested, { ...personOf(owner), ...link }, context);
    } else await this.#journal.publish(tx, UserRegistrationRepeated, personOf(owner), context);
    return link.expires_at;
  }
}
