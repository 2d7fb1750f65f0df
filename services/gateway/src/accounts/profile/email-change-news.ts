import { UserEmailChanged, UserEmailChangeRequested, UserRequestIgnored } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { IssuedLink } from '../links/links.ts';
import { personOf, type User } from '../users/user.ts';

/** What is told of a change of address: to the audit log, and to the old address with when and from where. */
export class EmailChangeNews {
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** The person asked for an address that is free. */
  async requested(
    tx: Transaction,
    user: User,
    change: IssuedLink & { new_email: string },
    context: RequestContext,
  ): Promise<void> {
    await this.#record(tx, user, 'request-email-change', 'success', context);
    const data = { ...personOf(user), ...change, ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserEmailChangeRequested, data, context);
  }

  /**
   * The person asked for an address that is taken. Nobody hears of it, and the same statements run.
   *
   * @param nobody an id that no account has
   */
  async ignored(tx: Transaction, user: User, nobody: string, context: RequestContext): Promise<void> {
    await this.#record(tx, user, 'request-email-change', 'failure', context);
    const ignored = { user_id: nobody, request: 'email-change', ...originNow(this.#clock, context) } as const;
    await this.#journal.publish(tx, UserRequestIgnored, ignored, context);
  }

  /** @param user as the person was, with the old address */
  async changed(tx: Transaction, user: User, newEmail: string, context: RequestContext): Promise<void> {
    const data = { ...personOf(user), email: newEmail, old_email: user.email, ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserEmailChanged, data, context);
    await this.#record(tx, user, 'change-email', 'success', context);
  }

  #record(
    tx: Transaction,
    { id }: User,
    action: 'request-email-change' | 'change-email',
    outcome: 'success' | 'failure',
    context: RequestContext,
  ): Promise<void> {
    return this.#journal.record(tx, { action, outcome, actorId: id, subjectId: id, context });
  }
}
