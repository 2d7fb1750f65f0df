import { backoffDelay } from '@postern/runtime';
import { RetryLater, TryFailed } from './outcomes.ts';

/** How often and how far apart a failing message is tried. */
export interface RetryPolicy {
  /** Tries in all, the first included; when the last one fails the message goes to the dead-letter queue. */
  attempts: number;
  /** Upper bound of the wait after the first failure, in milliseconds; doubles with each further one. */
  baseMs: number;
  /** Upper bound of any wait, in milliseconds. */
  ceilingMs: number;
  /**
   * How long `RetryLater` may make a message wait in all since it was due, in milliseconds. Default: as long as its queue keeps
   * messages.
   */
  waitMs?: number;
}

/**
 * The longest delay of a message, in milliseconds: a year. Without an end whoever writes to a queue could keep a message alive in it for ever, past its
 * retention, by the time before which nobody may see it.
 */
export const MAX_DELAY_MS = 366 * 86_400_000;

/**
 * Nine failures take 17 minutes at most and half of it on average: longer than most restarts of a database. A service that
 * must hold out for longer sets its own (the worker: `src/consumers.ts`).
 */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 10, baseMs: 2_000, ceilingMs: 600_000 };

/**
 * Milliseconds to wait before the next try: what `RetryLater` or `TryFailed` asked for, otherwise exponential backoff with full jitter.
 *
 * @param attempt the one that has just failed, from 1
 */
export function retryDelay(policy: RetryPolicy, attempt: number, error: unknown, random = Math.random): number {
  if ((error instanceof RetryLater || error instanceof TryFailed) && error.delayMs !== undefined) {
    return Math.min(MAX_DELAY_MS, Math.max(0, error.delayMs));
  }
  return backoffDelay(attempt, { baseMs: policy.baseMs, ceilingMs: policy.ceilingMs, random });
}
