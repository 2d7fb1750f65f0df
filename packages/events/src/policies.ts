/** How a job, or an event for one of its listeners, is tried. What is left out is as its queue has it. */
export interface Policies {
  /** Tries in all, the first included, 1 to 1,000; then it is a dead letter. Being told to wait costs none. */
  tries?: number;
  /**
   * Seconds to wait after each failed try, the last of them after all that follow; or from a base, doubled each time, with full jitter. Up
   * to 12 hours, which is as long as SQS hides a message.
   */
  backoff?: readonly number[] | { baseSeconds: number; ceilingSeconds: number };
  /** Seconds that one try may take, 0.1 to 19: then its signal aborts, and it has failed. A worker's own limit is 20. */
  timeout?: number;
  /** At most so many tries are begun in so many seconds, by all replicas together; the others wait, which costs them none. */
  rate?: { max: number; seconds: number };
  /**
   * After so many failures in a row, 1 to 1,000, a replica tries none for about so many seconds, 1 to 3,600; then one is the probe, and each
   * that fails doubles the wait, up to ten times. The others wait, which costs them no try. `RetryLater` and `PermanentError` are not failures.
   */
  breaker?: { failures: number; seconds: number };
  /** At most so many run at once in a replica, 1 to 1,000; the others wait, which costs them no try. */
  concurrency?: number;
}

const MAX_TRIES = 1_000;
const LONGEST_WAIT = 12 * 3_600;
const TIMEOUT = { from: 0.1, to: 19 };
const LONGEST_WINDOW = 86_400;
const MAX_FAILURES = 1_000;
const LONGEST_BREAK = 3_600;
const MAX_AT_ONCE = 1_000;

/** @throws TypeError that names all that is wrong of it */
export function checkPolicies(name: string, { tries, backoff, timeout, rate, breaker, concurrency }: Policies): void {
  const problems: string[] = [];
  const check = (sound: boolean, problem: string) => void (sound || problems.push(problem));
  const whole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  const within = (value: number, from: number, to: number) => value >= from && value <= to;
  if (tries !== undefined) {
    check(whole(tries, 1, MAX_TRIES), `tries is a whole number from 1 to ${MAX_TRIES}, not ${tries}`);
  }
  if (backoff !== undefined) {
    const list = isList(backoff) ? backoff : [backoff.baseSeconds, backoff.ceilingSeconds];
    check(list.length > 0, 'backoff is empty');
    check(
      list.every((seconds) => within(seconds, 0, LONGEST_WAIT)),
      `a backoff is 0 to ${LONGEST_WAIT} seconds, not ${list.join(', ')}`,
    );
    check(
      isList(backoff) || backoff.baseSeconds <= backoff.ceilingSeconds,
      "a backoff's base is not above its ceiling",
    );
  }
  if (timeout !== undefined) {
    const { from, to } = TIMEOUT;
    check(within(timeout, from, to), `timeout is ${from} to ${to} seconds, not ${timeout}`);
  }
  if (rate !== undefined) {
    check(whole(rate.max, 1, 1_000_000), `rate.max is a whole number from 1, not ${rate.max}`);
    check(
      within(rate.seconds, 1, LONGEST_WINDOW),
      `rate.seconds is 1 to ${LONGEST_WINDOW} seconds, not ${rate.seconds}`,
    );
  }
  if (breaker !== undefined) {
    const { failures, seconds } = breaker;
    check(
      whole(failures, 1, MAX_FAILURES),
      `breaker.failures is a whole number from 1 to ${MAX_FAILURES}, not ${failures}`,
    );
    check(within(seconds, 1, LONGEST_BREAK), `breaker.seconds is 1 to ${LONGEST_BREAK} seconds, not ${seconds}`);
  }
  if (concurrency !== undefined) {
    check(
      whole(concurrency, 1, MAX_AT_ONCE),
      `concurrency is a whole number from 1 to ${MAX_AT_ONCE}, not ${concurrency}`,
    );
  }
  if (problems.length > 0) throw new TypeError(`${name}: ${problems.join('; ')}`);
}

function isList(backoff: NonNullable<Policies['backoff']>): backoff is readonly number[] {
  return Array.isArray(backoff);
}
