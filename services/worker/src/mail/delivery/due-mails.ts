import { type Clock, errorMessage, type Logger, RecurringWarnings } from '@postern/runtime';
import type { Ledger } from './ledger/ledger.ts';
import type { LedgerEntry } from './ledger/ledger-entry.ts';
import type { Mailer } from './mailer.ts';
import type { Providers } from './providers.ts';

interface DueMailsOptions {
  providers: Pick<Providers, 'available'>;
  /** How often the ledger is asked, in milliseconds. */
  pollMs: number;
  /** Mails taken at a time. */
  batch: number;
  logger: Logger;
  clock: Clock;
}

/** Part of the batch that has to have ended before more is claimed. */
const REFILL_SHARE = 0.2;
/** How long the ledger may take to answer before the process counts as stalled, in milliseconds. */
const STALLED_MS = 120_000;

/**
 * Takes up mails whose time has come: retries, waits that are over, and those whose sender died. Every replica does it;
 * the ledger's claims keep them apart, so none has to be the leader. A slow mail holds back no other: new ones are taken
 * as soon as there is room.
 */
export class DueMails {
  readonly #ledger: Ledger;
  readonly #mailer: Mailer;
  readonly #options: DueMailsOptions;
  readonly #warnings: RecurringWarnings;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #askedAt: number | undefined;
  #paused = false;

  constructor(ledger: Ledger, mailer: Mailer, options: DueMailsOptions) {
    this.#ledger = ledger;
    this.#mailer = mailer;
    this.#options = options;
    this.#warnings = new RecurringWarnings(options);
  }

  start(): void {
    this.#loop = this.#run(this.#stop.signal);
  }

  /** The queue whose pause is theirs as well. */
  readonly queue = 'mail';

  /** Takes up no more until `resume()`; those under way go on. Mails whose time runs out meanwhile expire then, and their text is kept until then. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Takes up no more; resolves when those under way are settled. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#underWay);
  }

  /** What is wrong, for the liveness check. */
  stalled(): string | undefined {
    if (this.#askedAt === undefined) return undefined;
    const forMs = this.#options.clock.monotonic() - this.#askedAt;
    return forMs > STALLED_MS ? `the ledger has not answered for ${Math.round(forMs / 1000)} s` : undefined;
  }

  /** One round: takes what is due, as far as there is room, and settles it. Returns how many mails that were. */
  async round(): Promise<number> {
    const taken = await this.#takeUp();
    await Promise.all(this.#underWay);
    return taken;
  }

  async #takeUp(): Promise<number> {
    const room = this.#options.batch - this.#underWay.size;
    if (room <= 0) return 0;
    this.#askedAt = this.#options.clock.monotonic();
    try {
      const entries = await this.#ledger.claimDue(room);
      for (const entry of entries) this.#resume(entry);
      return entries.length;
    } finally {
      this.#askedAt = undefined;
    }
  }

  #resume(entry: LedgerEntry): void {
    const resumed = this.#mailer
      .resume(entry)
      .catch((error: unknown) => {
        // Its claim runs out and it comes again.
        this.#warnings.warn(`mail ${entry.mail}`, 'a mail that is due could not be processed', {
          mail_key: entry.key,
          error,
        });
      })
      .finally(() => this.#underWay.delete(resumed));
    this.#underWay.add(resumed);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, pollMs, batch, providers } = this.#options;
    while (!signal.aborted) {
      try {
        if (!this.#paused) await this.#takeUp();
        this.#warnings.recovered('ledger', 'the ledger can be asked for due mails again', {});
      } catch (error) {
        this.#warnings.warn('ledger', 'the ledger cannot be asked for due mails', { reason: errorMessage(error) });
      }
      // Out of room there may be more to take at once; otherwise there is time until the next poll. So there is while no provider works:
      // all that a look does then is to put a mail off.
      if (this.#underWay.size >= batch && !this.#paused && providers.available()) await this.#room(batch);
      else await clock.sleep(pollMs, signal).catch(() => undefined);
    }
  }

  /** Resolves when a few have ended: a claim for each single one would cost more than the mail. */
  async #room(batch: number): Promise<void> {
    while (this.#underWay.size > batch - batch * REFILL_SHARE) await Promise.race(this.#underWay);
  }
}
