import { type Clock, SystemClock } from '@postern/runtime';
import { RetryLater } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

export interface RateLimitOptions {
  /** Runs a second on average. */
  perSecond: number;
  /** Runs that may come at once after a pause. Default: one second's. */
  burst?: number;
  /** Longest wait for a turn inside the process, in milliseconds; above it the message goes back to SQS. Default 2,000. */
  maxWaitMs?: number;
  clock?: Clock;
}

/**
 * Limits how often a handler runs in this process, by a token bucket kept as one time (GCRA, ITU-T I.371). Short waits are waited
 * here; long ones are left to the queue, so that they hold no slot.
 */
export function rateLimit(options: RateLimitOptions): Middleware {
  const { perSecond, burst = Math.max(1, perSecond), maxWaitMs = 2_000, clock = new SystemClock() } = options;
  if (!(perSecond > 0)) throw new RangeError(`A rate must be above 0 a second, not ${perSecond}`);
  const intervalMs = 1_000 / perSecond;
  let theoreticalArrival = 0;
  return (next) => async (message) => {
    const now = clock.monotonic();
    const arrival = Math.max(theoreticalArrival, now);
    const waitMs = arrival - (burst - 1) * intervalMs - now;
    if (waitMs > maxWaitMs) throw new RetryLater(`More than ${perSecond} messages a second`, { delayMs: waitMs });
    theoreticalArrival = arrival + intervalMs;
    if (waitMs > 0) await clock.sleep(waitMs, message.signal);
    await next(message);
  };
}
