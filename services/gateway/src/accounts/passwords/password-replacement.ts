import { UserPasswordChanged } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { Guesses } from '../guessing/guesses.ts';
import type { IssuedLink, Links } from '../links/links.ts';
import type { Endings } from '../sessions/endings.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { FormerPasswords } from './former-passwords.ts';

/**
 * What a new password means, however it came: the other sessions end, the person hears of it (ASVS 5.0, 6.3.7 and 7.4.3), and no
 * guesses at the password before it make a sign-in wait.
 */
export class PasswordReplacement {
  readonly #users: UserStore;
  readonly #endings: Endings;
  readonly #links: Links;
  readonly #former: FormerPasswords;
  readonly #guesses: Guesses;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(
    users: UserStore,
    endings: Endings,
    links: Links,
    former: FormerPasswords,
    guesses: Guesses,
    journal: Journal,
    clock: Clock,
  ) {
    this.#users = users;
    this.#endings = endings;
    this.#links = links;
    this.#former = former;
    this.#guesses = guesses;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** The person that was read before a hash, as they are now: they may have moved. See `UserStore.lockUnchanged`. */
  lockUnchanged(tx: Transaction, read: User): Promise<User | undefined> {
    return this.#users.lockUnchanged(tx, read);
  }

  /**
   * @param user locked: the notice goes to the address that they have now
   * @param changing where it is changed in a session, which goes on: which one, and what was shown
   */
  async replace(
    tx: Transaction,
    user: User,
    passwordHash: string,
    context: RequestContext,
    changing?: { exceptSessionId: string; method: string },
  ): Promise<void> {
    const change = changing ? 'password-changed' : 'password-reset';
    await this.#remember(tx, user, change);
    await this.#endings.replacePassword(tx, user.id, change, passwordHash, changing?.exceptSessionId);
    await this.#guesses.forget(tx, user.email);
    const origin = originNow(this.#clock, context);
    const link = changing ? await this.#linkOfNotice(tx, user) : {};
    await this.#journal.publish(tx, UserPasswordChanged, { ...personOf(user), ...origin, ...link }, context);
    await this.#journal.record(tx, {
      action: changing ? 'change-password' : 'reset-password',
      outcome: 'success',
      ...(changing ? { reason: changing.method } : {}),
      actorId: user.id,
      subjectId: user.id,
      context,
    });
  }

  /**
   * What was the password counts for the way back. Not what the owner of the mailbox replaces by its link, nor what came before it: somebody else who
   * reads that mailbox has set one as well, perhaps, and would have both that the way back takes. While an earlier mailbox has such a
   * way, whoever sets passwords by link may be who has taken the account: then it counts for that way, and is over with it.
   */
  async #remember(tx: Transaction, user: User, change: 'password-reset' | 'password-changed'): Promise<void> {
    if (change === 'password-changed') return this.#former.remember(tx, user);
    const way = await this.#links.live(tx, user.id, 'restore-email');
    if (!way) return this.#former.forget(tx, user.id);
    await this.#former.remember(tx, user);
    await this.#former.forgetAt(tx, user.id, way.expiresAt);
  }

  /** Whoever has taken the password ends, by changing it, the links there were, and could keep the owner from every one. The notice brings the next. */
  #linkOfNotice(tx: Transaction, { id, email }: User): Promise<IssuedLink> {
    return this.#links.issue(tx, { userId: id, purpose: 'reset-password', recipient: email });
  }
}
