import type { Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { Links } from '../links/links.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import type { EmailChangeNews } from './email-change-news.ts';
import type { EmailChangeProof, ProvenEmailChange } from './email-change-proof.ts';

export const EmailTaken = defineProblem({
  type: 'email-taken',
  status: 409,
  title: 'The address has another account',
  explanation:
    'Since the link was mailed, the address has become that of another account. Only who can read its mail is told.',
});

/** Moving to another address: a link goes to the new one, a notice to the old (ASVS 5.0, 6.3.7; NIST SP 800-63B-4, 4.6). */
export class EmailChange {
  readonly #proof: EmailChangeProof;
  readonly #accounts: ProvenAddresses;
  readonly #links: Links;
  readonly #news: EmailChangeNews;

  constructor(proof: EmailChangeProof, accounts: ProvenAddresses, links: Links, news: EmailChangeNews) {
    this.#proof = proof;
    this.#accounts = accounts;
    this.#links = links;
    this.#news = news;
  }

  /**
   * Uses the link up and makes its address the person's.
   *
   * @throws ProblemError of a bad link (400, 410), 409 `email-taken`
   */
  async confirm(tx: Transaction, proven: ProvenEmailChange, context: RequestContext): Promise<void> {
    const user = await this.#proof.accept(tx, proven);
    const { newEmail } = await this.#links.redeem(tx, 'change-email', proven.token);
    if (newEmail === null) throw LinkEnded.error();
    if (!(await this.#accounts.move(tx, user.id, newEmail))) throw EmailTaken.error();
    // Links that were mailed to the old address must not outlive it.
    await this.#links.deleteOfUser(tx, user.id, 'change-email');
    await this.#news.changed(tx, user, newEmail, context);
  }
}
