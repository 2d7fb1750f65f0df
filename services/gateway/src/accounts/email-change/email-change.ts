import type { Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { LinkEnded, LinkUsed } from '../links/link-problems.ts';
import type { Links } from '../links/links.ts';
import type { Endings } from '../sessions/endings.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import type { EmailChangeEvents } from './email-change-events.ts';
import type { EmailChangeProof, ProvenEmailChange } from './email-change-proof.ts';
import { recordingRefusals } from './recording-refusals.ts';

export const EmailTaken = defineProblem({
  type: 'email-taken',
  status: 409,
  title: 'The address has another account',
  explanation:
    'Since the link was mailed, the address has become that of another account. Only the owner of its mailbox is informed.',
});

/** Moving to another address: a link goes to the new one, a notice to the old (ASVS 5.0, 6.3.7; NIST SP 800-63B-4, 4.6). */
export class EmailChange {
  readonly #proof: EmailChangeProof;
  readonly #accounts: ProvenAddresses;
  readonly #endings: Endings;
  readonly #links: Links;
  readonly #events: EmailChangeEvents;
  readonly #journal: Journal;

  constructor(
    proof: EmailChangeProof,
    accounts: ProvenAddresses,
    endings: Endings,
    links: Links,
    events: EmailChangeEvents,
    journal: Journal,
  ) {
    this.#proof = proof;
    this.#accounts = accounts;
    this.#endings = endings;
    this.#links = links;
    this.#events = events;
    this.#journal = journal;
  }

  /** Runs the transaction of `confirm`; what was refused in it, with the right password and a link that was good, is recorded after it. */
  recording<T>({ user }: ProvenEmailChange, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    const about = { action: 'change-email', subjectId: user.id, context } as const;
    return recordingRefusals(this.#journal, about, [EmailTaken, LinkEnded, LinkUsed], transaction);
  }

  /**
   * Uses the link up and makes its address the person's.
   *
   * @throws ProblemError of a bad link (400, 410), 409 `email-taken`
   */
  async confirm(tx: Transaction, proven: ProvenEmailChange, context: RequestContext): Promise<void> {
    const { user, newEmail } = await this.#proof.redeem(tx, proven);
    if (!(await this.#accounts.move(tx, user.id, newEmail))) throw EmailTaken.error();
    await this.#endings.end(tx, user.id, 'email-changed');
    const { id: userId, email: oldEmail } = user;
    const wayBack = { userId, purpose: 'restore-email', recipient: oldEmail, newEmail: oldEmail } as const;
    // The oldest stays: whoever has taken the account may move it again, and would replace its owner's by one of their own.
    const link = await this.#links.issueUnlessLive(tx, wayBack);
    await this.#events.changed(tx, user, { ...link, email: newEmail }, context);
  }
}
