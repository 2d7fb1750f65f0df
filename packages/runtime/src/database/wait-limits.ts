import { expireAfter } from '../time/expire-after.ts';
import { DatabaseSilent } from './database-unavailable.ts';

/** Limits on what waits for a database, that can be shortened while it waits: whoever stops has less time than whoever works. */
export class WaitLimits {
  readonly #waiting = new Set<(ms: number) => void>();
  #mostMs = Number.POSITIVE_INFINITY;

  /** From now on nothing waits for longer than this, in milliseconds, nor does what waits already. */
  shorten(mostMs: number): void {
    this.#mostMs = mostMs;
    for (const limit of this.#waiting) limit(mostMs);
  }

  /**
   * What `work` resolves to, if it does so in time: what this process stood still for does not count. The work itself goes on.
   *
   * @param limitMs in milliseconds; without one it may take as long as it takes
   * @throws DatabaseSilent, or what `work` throws
   */
  within<T>(limitMs: number | undefined, work: Promise<T>): Promise<T> {
    if (limitMs === undefined) return work;
    // By hand: every statement comes through here, and Promise.race in an async function costs several times as much.
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const limit = (ms: number) => {
        stop();
        stop = expireAfter(ms, () => end(() => reject(new DatabaseSilent(ms))));
      };
      const end = (settle: () => void) => {
        stop();
        this.#waiting.delete(limit);
        settle();
      };
      limit(Math.min(limitMs, this.#mostMs));
      this.#waiting.add(limit);
      work.then(
        (result) => end(() => resolve(result)),
        (error) => end(() => reject(error)),
      );
    });
  }
}
