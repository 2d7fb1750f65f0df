import { type Clock, SystemClock } from '@postern/runtime';
import { PermanentError, RetryLater } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. Default 5. */
  failures?: number;
  /** How long it stays open before one message may try, in milliseconds. Default 30,000. */
  openMs?: number;
  /**
   * Which errors say that what the handler depends on is down; default all but `PermanentError` and `RetryLater`. The first says that it
   * answered, the second nothing: what a policy inside turns away has not asked it.
   */
  counts?: (error: unknown) => boolean;
  /** Told of each change: for a log line or a gauge. */
  onChange?: (state: 'open' | 'half-open' | 'closed') => void;
  clock?: Clock;
}

/**
 * Spares a dependency that is down, and the attempts of messages that need it: after some failures in a row messages go back
 * to the queue untried; then one may try, and its success lets all through again (Nygard, "Release It!", 2007).
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): Middleware {
  const { failures: limit = 5, openMs = 30_000, counts = isOutage, onChange, clock = new SystemClock() } = options;
  let failures = 0;
  let openUntil = 0;
  let probing = false;
  let halfOpen = false;
  const open = () => {
    openUntil = clock.monotonic() + openMs;
    halfOpen = false;
    onChange?.('open');
  };
  const close = () => {
    failures = 0;
    halfOpen = false;
    if (openUntil > 0) onChange?.('closed');
    openUntil = 0;
  };
  return (next) => async (message) => {
    const now = clock.monotonic();
    const isOpen = openUntil > 0;
    if (isOpen && (now < openUntil || probing)) {
      const delayMs = Math.max(1_000, openUntil - now);
      throw new RetryLater('What the handler depends on is down; the breaker is open', { delayMs });
    }
    if (isOpen) {
      probing = true;
      if (!halfOpen) onChange?.('half-open');
      halfOpen = true;
    }
    try {
      await next(message);
      close();
    } catch (error) {
      if (counts(error)) {
        failures += 1;
        if (isOpen || failures === limit) open();
      } else if (!(error instanceof RetryLater)) {
        // It answered, if only to refuse.
        close();
      }
      throw error;
    } finally {
      if (isOpen) probing = false;
    }
  };
}

function isOutage(error: unknown): boolean {
  return !(error instanceof PermanentError) && !(error instanceof RetryLater);
}
