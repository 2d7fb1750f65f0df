interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. */
  baseMs: number;
  /** Upper bound of any delay, in milliseconds. */
  ceilingMs: number;
  /** A number in [0, 1); tests pass their own. */
  random?: () => number;
}

/**
 * Milliseconds to wait before try `attempt + 1`, by exponential backoff with full jitter: uniform in
 * [0, min(ceiling, base * 2^(attempt-1))]. Full jitter spreads a herd of retries better than equal jitter
 * (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 *
 * @param attempt how many tries have failed, from 1
 */
export function backoffDelay(attempt: number, { baseMs, ceilingMs, random = Math.random }: BackoffOptions): number {
  // 2 ** 30 ms is 12 days: past it the product would only overflow what the ceiling cuts off anyway.
  const bound = Math.min(ceilingMs, baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(random() * bound);
}
