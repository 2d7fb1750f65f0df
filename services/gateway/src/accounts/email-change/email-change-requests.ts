import type { Transaction } from '@postern/runtime';
import { ValidationFailed } from '../../http/problems.ts';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { Links } from '../links/links.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { UserStore } from '../users/user-store.ts';
import type { EmailChangeEvents } from './email-change-events.ts';

/** Asking for another address. */
export class EmailChangeRequests {
  readonly #live: LiveAccounts;
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #events: EmailChangeEvents;

  constructor(live: LiveAccounts, users: UserStore, links: Links, events: EmailChangeEvents) {
    this.#live = live;
    this.#users = users;
    this.#links = links;
    this.#events = events;
  }

  /**
   * Mails a link to the new address and a notice to the old one. When the new one has an account already, its owner is notified
   * instead, unless that account is disabled, and nothing that the requester can see differs: not the answer, not their audit log, not their notice, not what becomes of an earlier
   * link (ASVS 5.0, 6.3.8: a session must not be a way to find out who has an account).
   *
   * @throws ProblemError 422 for the address that they have
   */
  async request(tx: Transaction, principal: Principal, newEmail: string, context: RequestContext): Promise<void> {
    // Locked: a link that is issued beside a change which ends such links would outlive it.
    const user = await this.#live.requireLocked(tx, principal);
    if (user.email === newEmail) {
      const errors = [{ pointer: '/new_email', detail: 'This is your address already' }];
      throw ValidationFailed.error({ errors });
    }
    const owner = await this.#users.byEmail(tx, newEmail);
    const link = { userId: user.id, purpose: 'change-email', recipient: newEmail, newEmail } as const;
    // Of a taken address, too: its token is mailed to nobody.
    const issued = await this.#links.issue(tx, link);
    await this.#events.requested(tx, user, { ...issued, new_email: newEmail, owner: owner ?? null }, context);
  }
}
