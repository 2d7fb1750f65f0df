import { UserPasswordResetRequested, UserRequestIgnored } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { Links } from '../links/links.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Asking for a link to set a new password. */
export class RecoveryRequests {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(users: UserStore, links: Links, journal: Journal, clock: Clock) {
    this.#users = users;
    this.#links = links;
    this.#journal = journal;
    this.#clock = clock;
  }

  /**
   * Mails a link when the address has an account that is not disabled. The caller cannot tell: the same statements run,
   * on a link that belongs to nobody and an event that nobody listens to (ASVS 5.0, 6.3.8).
   */
  async request(tx: Transaction, email: string, context: RequestContext): Promise<void> {
    const user = await this.#users.byEmail(tx, email);
    const owner = isDue(user) ? user.id : this.#links.nobody(email);
    const link = await this.#links.issue(tx, { userId: owner, purpose: 'reset-password', recipient: email });
    // A link that is issued beside an erasure, a move or a disabling must not outlive it. Not before the link: at that requests for one
    // address wait for each other with and without an account, and whoever measures many at once would see that some wait earlier.
    const now = await this.#users.lock(tx, owner);
    const due = isDue(now) && now.email === email;
    if (isDue(user) && !due) await this.#links.deleteOfUser(tx, owner, ['reset-password']);
    const outcome = due ? 'success' : 'failure';
    await this.#journal.record(tx, { action: 'request-password-reset', outcome, subjectId: user?.id, context });
    // In both events: what writing it takes must not depend on whether there is an account.
    const origin = originNow(this.#clock, context);
    if (due) {
      const data = { ...personOf(now), ...link, ...origin };
      await this.#journal.publish(tx, UserPasswordResetRequested, data, context);
    } else {
      const ignored = { user_id: owner, request: 'password-reset', ...origin } as const;
      await this.#journal.publish(tx, UserRequestIgnored, ignored, context);
    }
  }
}

function isDue(user: User | undefined): user is User {
  return user !== undefined && !user.disabledAt;
}
