import { backoffDelay } from './backoff.ts';
import { type Clock, SystemClock } from './clock.ts';

interface RetryOptions {
  /** How many tries in all; without it there is no end but the signal's. */
  attempts?: number;
  baseMs: number;
  ceilingMs: number;
  signal?: AbortSignal;
  clock?: Clock;
  /** Whether another try can help; false throws the error at once. */
  shouldRetry?: (error: unknown) => boolean;
  /** Called before each wait, so that what is being waited for can be said. */
  onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * Runs `work` until it succeeds, with exponential backoff and full jitter between tries.
 *
 * @throws the last error when tries are used up or `shouldRetry` says no; the signal's reason when it is aborted.
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts = Number.POSITIVE_INFINITY, signal, clock = new SystemClock(), shouldRetry, onRetry } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || shouldRetry?.(error) === false) throw error;
      const delayMs = backoffDelay(attempt, options);
      onRetry?.(error, attempt, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}
