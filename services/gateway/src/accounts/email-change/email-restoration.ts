import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Links } from '../links/links.ts';
import type { FormerPasswords } from '../passwords/former-passwords.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import { isRecovery, methodOf } from '../passwords/own-factors.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import type { Endings } from '../sessions/endings.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { EmailTaken } from './email-change.ts';
import type { EmailChangeEvents } from './email-change-events.ts';
import type { EmailRestorationProof, OwnerProof, ProvenOwner } from './email-restoration-proof.ts';
import { recordingRefusals } from './recording-refusals.ts';

/** A way back whose slow part is done. */
interface PreparedRestoration {
  proven: ProvenOwner;
  passwordHash: string;
}

/** Refusals of what was right when it was looked at, which would leave no record. */
const RECORDED = [EmailTaken, WrongPassword];

/**
 * The owner's own way back, by the link of the notice that their account has another address (docs/decisions/way-back.md). Whoever took it
 * loses all they have; the owner sets a new password by a link that goes to the mailbox at once.
 */
export class EmailRestoration {
  readonly #proof: EmailRestorationProof;
  readonly #passwords: NewPasswords;
  readonly #accounts: ProvenAddresses;
  readonly #endings: Endings;
  readonly #former: FormerPasswords;
  readonly #factors: SecondFactors;
  readonly #links: Links;
  readonly #events: EmailChangeEvents;
  readonly #journal: Journal;

  constructor(
    proof: EmailRestorationProof,
    passwords: NewPasswords,
    accounts: ProvenAddresses,
    endings: Endings,
    former: FormerPasswords,
    factors: SecondFactors,
    links: Links,
    events: EmailChangeEvents,
    journal: Journal,
  ) {
    this.#proof = proof;
    this.#passwords = passwords;
    this.#accounts = accounts;
    this.#endings = endings;
    this.#former = former;
    this.#factors = factors;
    this.#links = links;
    this.#events = events;
    this.#journal = journal;
  }

  /** Throws as `EmailRestorationProof.prove` does. */
  async prepare(db: Sql, token: string, proof: OwnerProof, context: RequestContext): Promise<PreparedRestoration> {
    const proven = await this.#proof.prove(db, token, proof, context);
    return { proven, passwordHash: await this.#passwords.nobodys(context) };
  }

  /**
   * Runs the transaction of `restore`; what was refused in it is recorded after it. Recovery codes are on no hourly limit here: whoever has taken the
   * account, and its codes, would use it up. A link works once, so that no more than one mail comes of it.
   */
  recording<T>(
    { proven: { code, user } }: PreparedRestoration,
    context: RequestContext,
    transaction: () => Promise<T>,
  ): Promise<T> {
    const about = { action: 'restore-email', subjectId: user.id, context } as const;
    return recordingRefusals(this.#journal, about, RECORDED, () =>
      code ? this.#factors.finish(code, context, transaction) : transaction(),
    );
  }

  /**
   * Gives the account its earlier address back, and a password that nobody has.
   *
   * @throws ProblemError of a bad link (400, 410), 403, 409 `email-taken` or `account-disabled`
   */
  async restore(
    tx: Transaction,
    { proven, passwordHash }: PreparedRestoration,
    context: RequestContext,
  ): Promise<void> {
    const { user, email, takesCode } = await this.#proof.redeem(tx, proven);
    if (!(await this.#accounts.move(tx, user.id, email))) throw EmailTaken.error();
    await this.#endings.replacePassword(tx, user.id, 'address-restored', passwordHash);
    await this.#former.forget(tx, user.id);
    // Whoever took the account may have turned it on, to keep its owner out.
    if (!takesCode) await this.#factors.drop(tx, { ...user, email }, context);
    const link = await this.#links.issue(tx, { userId: user.id, purpose: 'reset-password', recipient: email });
    const shown = { method: methodOf(proven), byRecoveryCode: takesCode && isRecovery(proven) };
    await this.#events.restored(tx, user, { ...link, ...shown, email }, context);
  }
}
