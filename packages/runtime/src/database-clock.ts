import { SystemClock } from './clock.ts';

/** Asks a database what time it is, in seconds since 1970. */
export const TIME_STATEMENT = {
  mysql: 'SELECT UNIX_TIMESTAMP(NOW(6)) AS now',
  sqlite: "SELECT unixepoch('subsec') AS now",
} as const;

/**
 * The time by the database's clock, which all replicas share: what one of them writes (a lease, an expiry, a next time) another
 * compares with its own present, and a replica whose host is minutes ahead would take what is still another's. It is learned
 * whenever a connection is opened and every while after that (`watchClock`); between two looks the process's monotonic clock
 * carries it on, so that setting the host's clock changes nothing. Before the first look it is the host's.
 */
export class DatabaseClock extends SystemClock {
  readonly #hostNow: () => number;
  /** When `performance.now()` was 0, in milliseconds since 1970. */
  #epoch: number;

  /** @param hostNow the host's clock, in milliseconds since 1970 */
  constructor(hostNow: () => number = Date.now) {
    super();
    this.#hostNow = hostNow;
    this.#epoch = hostNow() - performance.now();
  }

  override now(): Date {
    return new Date(this.#epoch + performance.now());
  }

  /** How far the host's clock is ahead of the database's, in milliseconds; negative when it is behind. */
  get hostAheadMs(): number {
    return this.#hostNow() - this.#epoch - performance.now();
  }

  /**
   * Takes a look at the database's clock into account. It is exact only to the time that the look took, so it changes nothing
   * that it does not contradict: a slow network moves no clock.
   *
   * @param time what the database said, in milliseconds since 1970
   * @param look when it was asked and when it had answered, by `performance.now()`
   */
  learn(time: number, { askedAt, answeredAt }: { askedAt: number; answeredAt: number }): void {
    const [earliest, latest] = [time - answeredAt, time - askedAt];
    if (this.#epoch < earliest || this.#epoch > latest) this.#epoch = (earliest + latest) / 2;
  }
}
