import { type Clock, errorMessage, type Logger } from '@postern/runtime';
import type { Ledger } from '../ledger/ledger.ts';
import type { Mailer } from './mailer.ts';

export interface DueMailsOptions {
  /** How often the ledger is asked, in milliseconds. */
  pollMs: number;
  /** Mails taken at a time. */
  batch: number;
  logger: Logger;
  clock: Clock;
}

/** How long an unanswered round may take before the process counts as stalled, in milliseconds. */
const STALLED_MS = 300_000;

/**
 * Takes up mails whose time has come: retries, waits that are over, and those whose sender died. Every replica does it;
 * the ledger's claims keep them apart, so none has to be the leader.
 */
export class DueMails {
  readonly #ledger: Ledger;
  readonly #mailer: Mailer;
  readonly #options: DueMailsOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;
  #roundBegan: number | undefined;

  constructor(ledger: Ledger, mailer: Mailer, options: DueMailsOptions) {
    this.#ledger = ledger;
    this.#mailer = mailer;
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run(this.#stop.signal);
  }

  /** Takes up no more; resolves when those under way are settled. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** What is wrong, for the liveness check. */
  stalled(): string | undefined {
    if (this.#roundBegan === undefined) return undefined;
    const forMs = this.#options.clock.now().getTime() - this.#roundBegan;
    return forMs > STALLED_MS ? `a round over due mails has run for ${Math.round(forMs / 1000)} s` : undefined;
  }

  /** One round: takes what is due and settles it. Returns how many mails that were. */
  async round(): Promise<number> {
    const entries = await this.#ledger.claimDue(this.#options.batch);
    await Promise.all(
      entries.map((entry) =>
        this.#mailer.resume(entry).catch((error: unknown) => {
          // Its claim runs out and it comes again.
          this.#options.logger.warn('a mail that is due could not be taken up', { mail_key: entry.key, error });
        }),
      ),
    );
    return entries.length;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, pollMs, batch, logger } = this.#options;
    let failing = false;
    while (!signal.aborted) {
      let full = false;
      this.#roundBegan = clock.now().getTime();
      try {
        full = (await this.round()) === batch;
        failing = false;
      } catch (error) {
        if (!failing) logger.warn('the ledger cannot be asked for due mails', { reason: errorMessage(error) });
        failing = true;
      }
      this.#roundBegan = undefined;
      if (!full) await clock.sleep(pollMs, signal).catch(() => undefined);
    }
  }
}
