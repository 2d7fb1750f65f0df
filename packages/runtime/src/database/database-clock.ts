import { SystemClock } from '../time/clock.ts';

/** Asks a database what time it is, in seconds since 1970. */
export const TIME_STATEMENT = {
  mysql: 'SELECT UNIX_TIMESTAMP(NOW(6)) AS now',
  sqlite: "SELECT unixepoch('subsec') AS now",
} as const;

/** A look that moves the clock further, in milliseconds, is not believed alone. */
const DOUBTED_MS = 60_000;
/** How far two looks, one right after the other, may be apart beside the time that they took. */
const AGREE_MS = 1_000;

/** When the monotonic clock was at 0, in milliseconds since 1970, as far as one look tells. */
interface Epoch {
  earliest: number;
  latest: number;
}

/**
 * The time by the database's clock, which all replicas share: what one of them writes (a lease, an expiry, a next time) another
 * compares with its own present, and a replica whose host is minutes ahead would take what is still another's. It is learned
 * whenever a connection is opened and every while after that (`watchClock`); between two looks the process's monotonic clock
 * carries it on, so that setting the host's clock changes nothing. Before the first look it is the host's.
 */
export class DatabaseClock extends SystemClock {
  readonly #hostNow: () => number;
  /** When the monotonic clock was at 0, in milliseconds since 1970. */
  #epoch: number;

  /** @param hostNow the host's clock, in milliseconds since 1970 */
  constructor(hostNow: () => number = Date.now) {
    super();
    this.#hostNow = hostNow;
    this.#epoch = hostNow() - this.monotonic();
  }

  override now(): Date {
    return new Date(this.#epoch + this.monotonic());
  }

  /** How far the host's clock is ahead of the database's, in milliseconds; negative when it is behind. */
  get hostAheadMs(): number {
    return this.#hostNow() - this.#epoch - this.monotonic();
  }

  /**
   * Looks at the database's clock. A look is exact only to the time that it took, so it changes nothing that it does not
   * contradict: a slow network moves no clock. One that would move the clock by more than a minute is repeated at once, and
   * believed when the second says the same: every lease and expiry hangs on it.
   *
   * @param ask asks the database, and resolves to the seconds since 1970 that it answers
   * @throws what `ask` throws
   */
  async look(ask: () => Promise<number | string | undefined>): Promise<void> {
    const first = await this.#ask(ask);
    if (this.#movesBy(first) <= DOUBTED_MS) return this.#learn(first);
    const second = await this.#ask(ask);
    if (this.#movesBy(second) <= DOUBTED_MS || distance(first, second) <= AGREE_MS) this.#learn(second);
  }

  async #ask(ask: () => Promise<number | string | undefined>): Promise<Epoch> {
    const askedAt = this.monotonic();
    const time = Number(await ask()) * 1_000;
    const answeredAt = this.monotonic();
    if (!Number.isFinite(time)) throw new Error('the database did not answer what time it is');
    return { earliest: time - answeredAt, latest: time - askedAt };
  }

  #movesBy({ earliest, latest }: Epoch): number {
    return Math.max(0, earliest - this.#epoch, this.#epoch - latest);
  }

  /** To what is nearest to what was known, where a look leaves much open; where that was quite wrong, to the middle. */
  #learn(epoch: Epoch): void {
    const { earliest, latest } = epoch;
    if (this.#movesBy(epoch) > latest - earliest) this.#epoch = (earliest + latest) / 2;
    else this.#epoch = Math.min(Math.max(this.#epoch, earliest), latest);
  }
}

/** 0 where they overlap. */
function distance(one: Epoch, other: Epoch): number {
  return Math.max(0, one.earliest - other.latest, other.earliest - one.latest);
}
