import type { Clock } from '@postern/runtime';
import type { Ledger } from './ledger/ledger.ts';
import type { Change, LedgerEntry } from './ledger/ledger-entry.ts';
import { NO_USE } from './mail-planner.ts';

/** Why a body must not be handed over after all. */
class BodyWithheldError extends Error {
  override name = 'BodyWithheldError';
}

/** One try of a mail with one provider, and where the ledger is with it. */
export class Attempt {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  #entry: LedgerEntry;
  #noting: Promise<void> | undefined;

  /** @param sending the mail as it is in the ledger, in the state `sending` */
  constructor(ledger: Ledger, clock: Clock, sending: LedgerEntry) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#entry = sending;
  }

  /** The mail as this try left it in the ledger. */
  get entry(): LedgerEntry {
    return this.#entry;
  }

  /**
   * Awaited before the provider gets the body: a link that expired while the mail waited is not mailed, and the body is noted
   * in the ledger before it goes; once, also when the transport begins again over another connection.
   *
   * @throws BodyWithheldError when it must not go; an error of the database
   */
  async beforeBody(): Promise<void> {
    if (this.#clock.now() >= this.#entry.expiresAt) throw new BodyWithheldError(NO_USE);
    this.#noting ??= this.#note();
    await this.#noting;
  }

  /** Settles the try. False: the mail is another replica's by now. */
  async change(change: Change): Promise<boolean> {
    await this.#noted();
    return this.#ledger.change(this.#entry, change);
  }

  async #note(): Promise<void> {
    const noted = await this.#ledger.bodyBegins(this.#entry);
    if (!noted) throw new BodyWithheldError('another replica has taken over the mail');
    this.#entry = noted;
  }

  /** The try may have ended while the note was under way, and a note that failed may have been committed all the same. */
  async #noted(): Promise<void> {
    try {
      await this.#noting;
    } catch {
      this.#entry = (await this.#ledger.held(this.#entry)) ?? this.#entry;
      this.#noting = undefined;
    }
  }
}
