import type { Sql, Transaction } from '@postern/runtime';
import { defineProblem, type Principal, type RequestContext } from '../../http/route.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { Links } from '../links/links.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { UserStore } from '../users/user-store.ts';
import type { EmailChangeNews } from './email-change-news.ts';

export const EmailTaken = defineProblem({
  type: 'email-taken',
  status: 409,
  title: 'The address has another account',
  explanation:
    'Since the link was mailed, the address has become that of another account. Only who can read its mail is told.',
});

/** Moving to another address: a link goes to the new one, a notice to the old (ASVS 5.0, 6.3.7; NIST SP 800-63B-4, 4.6). */
export class EmailChange {
  readonly #live: LiveAccounts;
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #news: EmailChangeNews;

  constructor(live: LiveAccounts, users: UserStore, links: Links, news: EmailChangeNews) {
    this.#live = live;
    this.#users = users;
    this.#links = links;
    this.#news = news;
  }

  /**
   * Mails a link to the new address. When it has an account already nothing is mailed, and the answer does not tell: a
   * session must not be a way to find out who has an account (ASVS 5.0, 6.3.8).
   */
  async request(tx: Transaction, principal: Principal, newEmail: string, context: RequestContext): Promise<void> {
    const user = await this.#live.require(tx, principal);
    const taken = (await this.#users.byEmail(tx, newEmail)) !== undefined;
    const owner = taken ? this.#links.nobody(user.id) : user.id;
    const link = await this.#links.issue(tx, {
      userId: owner,
      purpose: 'change-email',
      recipient: newEmail,
      newEmail: taken ? null : newEmail,
    });
    if (taken) await this.#news.ignored(tx, user, owner, context);
    else await this.#news.requested(tx, user, { ...link, new_email: newEmail }, context);
  }

  /** Whether the link would work now. Throws as `confirm` does. */
  async check(db: Sql, token: string): Promise<void> {
    await this.#links.peek(db, 'change-email', token);
  }

  /**
   * Uses the link up and makes its address the person's.
   *
   * @throws ProblemError of a bad link (400, 410), 409 `email-taken`
   */
  async confirm(tx: Transaction, token: string, context: RequestContext): Promise<void> {
    const { userId, newEmail } = await this.#links.redeem(tx, 'change-email', token);
    const user = await this.#users.byId(tx, userId);
    // Erased or disabled since the mail was sent.
    if (!user || user.disabledAt || newEmail === null) throw LinkEnded.error();
    if (!(await this.#users.setEmail(tx, user.id, newEmail))) throw EmailTaken.error();
    // Links that were mailed to the old address must not outlive it.
    await this.#links.deleteOfUser(tx, user.id, 'change-email');
    await this.#news.changed(tx, user, newEmail, context);
  }
}
