import type { Ledger } from '../ledger/ledger.ts';
import type { Change, LedgerEntry } from '../ledger/ledger-entry.ts';

/** The mail is not this process's any more: its lease ran out, and another replica took it up. */
export class MailTakenOverError extends Error {
  override name = 'MailTakenOverError';

  constructor() {
    super('another replica has taken the mail over');
  }
}

/** One try of a mail with one provider, and where the ledger stands with it. */
export class Attempt {
  readonly #ledger: Ledger;
  /** The mail as it stood when the try began. */
  readonly begun: LedgerEntry;
  #entry: LedgerEntry;
  #noting: Promise<void> | undefined;

  /** @param sending the mail as it stands in the ledger, in the state `sending` */
  constructor(ledger: Ledger, sending: LedgerEntry) {
    this.#ledger = ledger;
    this.begun = sending;
    this.#entry = sending;
  }

  /** The mail as this try left it in the ledger. */
  get entry(): LedgerEntry {
    return this.#entry;
  }

  /**
   * Notes in the ledger that the body is about to be handed over; once, also when the transport begins anew over another
   * connection.
   *
   * @throws MailTakenOverError when it must not be; an error of the database
   */
  bodyBegins(): Promise<void> {
    this.#noting ??= this.#note();
    return this.#noting;
  }

  /** Settles a try after which the provider definitely does not have the mail. */
  change(change: Change): Promise<boolean> {
    return this.#ledger.change(this.#entry, { ...change, unknowns: this.begun.unknowns });
  }

  async #note(): Promise<void> {
    const noted = await this.#ledger.bodyBegins(this.begun);
    if (!noted) throw new MailTakenOverError();
    this.#entry = noted;
  }
}
