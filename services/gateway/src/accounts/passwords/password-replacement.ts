import { UserPasswordChanged } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { Endings } from '../sessions/endings.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** What a new password means, however it came: the other sessions end, and the person hears of it (ASVS 5.0, 6.3.7 and 7.4.3). */
export class PasswordReplacement {
  readonly #users: UserStore;
  readonly #endings: Endings;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(users: UserStore, endings: Endings, journal: Journal, clock: Clock) {
    this.#users = users;
    this.#endings = endings;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Whether the person that was read before a hash is the same still; locks them. */
  async isUnchanged(tx: Transaction, read: User): Promise<boolean> {
    return (await this.#users.lockUnchanged(tx, read)) !== undefined;
  }

  /** @param exceptSessionId the session that goes on, if any */
  async replace(
    tx: Transaction,
    user: User,
    passwordHash: string,
    context: RequestContext,
    exceptSessionId?: string,
  ): Promise<void> {
    await this.#endings.replacePassword(tx, user.id, passwordHash, exceptSessionId);
    const origin = originNow(this.#clock, context);
    await this.#journal.publish(tx, UserPasswordChanged, { ...personOf(user), ...origin }, context);
    await this.#journal.record(tx, {
      action: exceptSessionId === undefined ? 'reset-password' : 'change-password',
      outcome: 'success',
      actorId: user.id,
      subjectId: user.id,
      context,
    });
  }
}
