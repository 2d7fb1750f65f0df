import { UserEmailResendRequested, UserEmailVerified, UserRequestIgnored } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { LinkReplaced } from '../links/link-problems.ts';
import type { Links } from '../links/links.ts';
import { personOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Proving that an address is one's own, by following a link that was mailed to it. */
export class Verification {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #journal: Journal;

  constructor(users: UserStore, links: Links, journal: Journal) {
    this.#users = users;
    this.#links = links;
    this.#journal = journal;
  }

  /**
   * Uses the link up and marks the address as the person's.
   *
   * @throws ProblemError `link-invalid`, `link-expired`, `link-used` or `link-replaced`
   */
  async verify(tx: Transaction, token: string, context: RequestContext): Promise<void> {
    const link = await this.#links.redeem(tx, 'verify-email', token);
    const user = await this.#users.byId(tx, link.userId);
    // Erased since the mail was sent.
    if (!user) throw LinkReplaced.error();
    if (!user.emailVerifiedAt) {
      await this.#users.markVerified(tx, user.id);
      await this.#journal.publish(tx, UserEmailVerified, personOf(user), context);
    }
    await this.#journal.record(tx, {
      action: 'verify-email',
      outcome: 'success',
      actorId: user.id,
      subjectId: user.id,
      context,
    });
  }

  /** Whether the link would work now; for the page that asks before it does anything. Throws as `verify` does. */
  async check(db: Sql, token: string): Promise<void> {
    await this.#links.peek(db, 'verify-email', token);
  }

  /**
   * Mails another link when the address waits for verification. The caller cannot tell whether it did: the same
   * statements run, on a link that belongs to nobody when there is nothing to send (ASVS 5.0, 6.3.8).
   */
  async resend(tx: Transaction, email: string, context: RequestContext): Promise<void> {
    const user = await this.#users.byEmail(tx, email);
    const waits = user !== undefined && !user.emailVerifiedAt && !user.disabledAt;
    const owner = waits ? user.id : this.#links.nobody(email);
    const link = await this.#links.issue(tx, { userId: owner, purpose: 'verify-email', recipient: email });
    await this.#journal.record(tx, {
      action: 'resend-verification',
      outcome: waits ? 'success' : 'failure',
      subjectId: user?.id,
      context,
    });
    if (waits) await this.#journal.publish(tx, UserEmailResendRequested, { ...personOf(user), ...link }, context);
    else {
      const ignored = { user_id: owner, request: 'resend-verification' } as const;
      await this.#journal.publish(tx, UserRequestIgnored, ignored, context);
    }
  }
}
