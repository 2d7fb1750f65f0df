import { retry } from '../time/retry.ts';

/** Deadlock, MariaDB's snapshot check, certification in a cluster. */
const LOST = new Set([1213, 1020, 3101]);
const AGAIN = {
  ...{ attempts: 5, baseMs: 10, ceilingMs: 200 },
  shouldRetry: (error: unknown) => LOST.has((error as { errno?: number }).errno ?? 0),
};

/**
 * Runs a statement that commits by itself, again where it has lost to another transaction: nothing of it was done, and no closure is there
 * to run it again as `Database.transaction` has. One statement is enough for a deadlock: it may lock a row by one index, and another
 * transaction the same row by another. Not after a lock wait, which has taken its time already.
 *
 * @throws the error of the fifth try
 */
export function againWhereLost<T>(run: () => Promise<T>): Promise<T> {
  return retry(run, AGAIN);
}
