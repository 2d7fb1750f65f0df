import type { Clock } from '../time/clock.ts';
import type { Fields, Logger } from './logger.ts';

interface RecurringWarningsOptions {
  logger: Logger;
  clock: Clock;
  /** Least time between two lines of one fault, in milliseconds. Default a minute. */
  everyMs?: number;
}

interface Fault {
  /** By the monotonic clock. */
  saidAt: number;
  /** How often it came since it was last said. */
  unsaid: number;
  /** How often it came since it began. */
  times: number;
  recovered: boolean;
}

/** Faults that are distinguished; keys may come from outside, and must not fill the memory. */
const MAX_FAULTS = 500;

/**
 * Says a fault at once when it first comes, and while it lasts once a minute with how often it came: an outage is seen in the
 * log, and does not fill it.
 */
export class RecurringWarnings {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #everyMs: number;
  /** The one that was said longest ago first. */
  readonly #faults = new Map<string, Fault>();

  constructor({ logger, clock, everyMs = 60_000 }: RecurringWarningsOptions) {
    this.#logger = logger;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** @param fault what distinguishes one fault from another: a message's type, a provider's name */
  warn(fault: string, message: string, fields: Fields): void {
    const now = this.#clock.monotonic();
    const known = this.#faults.get(fault);
    if (known && now - known.saidAt < this.#everyMs) {
      known.unsaid += 1;
      known.times += 1;
      return;
    }
    this.#logger.warn(message, known ? { ...fields, times: known.unsaid + 1 } : fields);
    this.#faults.delete(fault);
    const times = known && !known.recovered ? known.times + 1 : 1;
    this.#faults.set(fault, { saidAt: now, unsaid: 0, times, recovered: false });
    const [oldest] = this.#faults.keys();
    if (this.#faults.size > MAX_FAULTS && oldest !== undefined) this.#faults.delete(oldest);
  }

  /**
   * It works again: says so, once for each time that the fault was said. What fails and works in turns so has two lines a minute,
   * not two for each turn: a relapse within the minute is counted, and said when that is over.
   */
  recovered(fault: string, message: string, fields: Fields): void {
    const known = this.#faults.get(fault);
    if (!known || known.recovered) return;
    known.recovered = true;
    this.#logger.info(message, { ...fields, failed_times: known.times });
  }

  /** It is over: should it come again, it is said at once. True when it had been said. */
  ended(fault: string): boolean {
    return this.#faults.delete(fault);
  }
}
