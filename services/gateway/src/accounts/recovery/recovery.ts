import type { Sql, Transaction } from '@postern/runtime';
import { type FieldFault, ProblemError, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { LinkRow } from '../links/link-token-store.ts';
import type { Links } from '../links/links.ts';
import { recordingLinks } from '../links/recording-links.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { PasswordReplacement } from '../passwords/password-replacement.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** A reset whose slow part is done. */
interface PreparedReset {
  token: string;
  passwordHash: string;
}

/**
 * Setting a new password by a mailed link. It signs nobody in and asks for the second factor as ever (ASVS 5.0,
 * 6.4.3): whoever reads the mail has only one of two factors.
 */
export class Recovery {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #passwords: NewPasswords;
  readonly #replacement: PasswordReplacement;
  readonly #journal: Journal;

  constructor(
    users: UserStore,
    links: Links,
    passwords: NewPasswords,
    replacement: PasswordReplacement,
    journal: Journal,
  ) {
    this.#users = users;
    this.#links = links;
    this.#passwords = passwords;
    this.#replacement = replacement;
    this.#journal = journal;
  }

  /** Whether the link would work now, and whose it is. Throws as `prepare` does. */
  async check(db: Sql, token: string): Promise<User> {
    return this.#owner(db, await this.#links.peek(db, 'reset-password', token));
  }

  /** As `check`, of a link whose form was posted: that it is used or too old is recorded. */
  async follow(db: Sql, token: string, context: RequestContext): Promise<User> {
    const attempted = { action: 'reset-password', context } as const;
    const link = await recordingLinks(this.#journal, attempted, () => this.#links.peek(db, 'reset-password', token));
    return this.#owner(db, link);
  }

  /**
   * What must be done before the transaction: is the link good, is the password, and its hash. The link is not used up
   * by a password that is refused.
   *
   * @throws ProblemError of a bad link (400, 410), 422 for the password, 503 when overloaded
   */
  async prepare(db: Sql, token: string, password: string, context: RequestContext): Promise<PreparedReset> {
    const user = await this.follow(db, token, context);
    return { token, passwordHash: await this.#passwords.prepare(password, user, '/password', context) };
  }

  /** What the rules say of a new password, where the request has other faults. */
  async passwordFaults(db: Sql, token: string | undefined, password: string): Promise<FieldFault[]> {
    // A link that is not good has no owner here; it is reported when the rest is in order.
    const isNoLink = (error: unknown) => {
      if (error instanceof ProblemError) return {};
      throw error;
    };
    const owner = await this.#links
      .peek(db, 'reset-password', token ?? '')
      .then((link) => this.#owner(db, link))
      .catch(isNoLink);
    return this.#passwords.ruleFaults(password, owner, '/password');
  }

  /** Uses the link up and sets the password. Throws as `prepare` does. */
  async reset(tx: Transaction, { token, passwordHash }: PreparedReset, context: RequestContext): Promise<void> {
    // Locked before the link is used up, as everything else locks the person first.
    const user = await this.#users.lock(tx, (await this.#links.peek(tx, 'reset-password', token)).userId);
    const link = await this.#links.redeem(tx, 'reset-password', token);
    const owner = this.#ownerOf(link, user);
    await this.#replacement.replace(tx, owner, passwordHash, context);
  }

  async #owner(db: Sql, link: LinkRow): Promise<User> {
    return this.#ownerOf(link, await this.#users.byId(db, link.userId));
  }

  /**
   * Not of whoever was erased since the mail was sent, nor of whoever has moved: a request that read the old address right before
   * leaves a link which the move could not end, and whoever reads the old mailbox has nothing to say any more.
   */
  #ownerOf(link: LinkRow, user: User | undefined): User {
    if (!user || !this.#links.isFor(link, user.email)) throw LinkEnded.error();
    return user;
  }
}
