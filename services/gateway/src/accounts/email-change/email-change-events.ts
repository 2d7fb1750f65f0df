import {
  UserEmailChanged,
  UserEmailChangeRequested,
  UserPasswordResetRequested,
  UserSignedInWithRecoveryCode,
} from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { IssuedLink } from '../links/links.ts';
import { personOf, type User } from '../users/user.ts';

/** What is published of a change of address: to the audit log, and to the old address with when and from where. */
export class EmailChangeEvents {
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** The person asked for an address, which is free or has an owner. */
  async requested(
    tx: Transaction,
    user: User,
    { owner, ...change }: IssuedLink & { new_email: string; owner: User | null },
    context: RequestContext,
  ): Promise<void> {
    await this.#record(tx, user, 'request-email-change', context);
    const recipient = owner && {
      first_name: owner.firstName,
      locale: owner.locale,
      disabled: owner.disabledAt !== null,
    };
    const data = { ...personOf(user), ...change, owner: recipient, ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserEmailChangeRequested, data, context);
  }

  /** @param user as the person was, with the old address */
  async changed(
    tx: Transaction,
    user: User,
    change: Partial<IssuedLink> & { email: string },
    context: RequestContext,
  ): Promise<void> {
    const data = { ...personOf(user), ...change, old_email: user.email, ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserEmailChanged, data, context);
    await this.#record(tx, user, 'change-email', context);
  }

  /**
   * The account went back to an address. Whoever had it reads at theirs that it went, and not from where.
   *
   * @param user as the person was, with the address that it had meanwhile
   * @param link to a new password; and what was shown beside the link of the mail
   */
  async restored(
    tx: Transaction,
    user: User,
    { email, method, byRecoveryCode, ...link }: IssuedLink & { email: string; method: string; byRecoveryCode: boolean },
    context: RequestContext,
  ): Promise<void> {
    await this.#journal.publish(tx, UserEmailChanged, { ...personOf(user), email, old_email: user.email }, context);
    const owner = { ...personOf({ ...user, email }), ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserPasswordResetRequested, { ...owner, ...link }, context);
    // As of any other: whoever has one may have the others.
    if (byRecoveryCode) await this.#journal.publish(tx, UserSignedInWithRecoveryCode, owner, context);
    await this.#record(tx, user, 'restore-email', context, method);
  }

  #record(
    tx: Transaction,
    { id }: User,
    action: 'request-email-change' | 'change-email' | 'restore-email',
    context: RequestContext,
    reason?: string,
  ): Promise<void> {
    const entry = { action, outcome: 'success', actorId: id, subjectId: id, context } as const;
    return this.#journal.record(tx, reason === undefined ? entry : { ...entry, reason });
  }
}
