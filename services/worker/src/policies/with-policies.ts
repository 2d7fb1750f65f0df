import type { Policies } from '@postern/events';
import { backoffDelay, type Clock, errorMessage, isMomentary, type Logger } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater, TryFailed } from '@postern/sqs';
import { HandlerBreaker, type HandlerBreakerTools } from './handler-breaker.ts';
import type { HandlerBreakers } from './handler-breakers.ts';
import { NotBegun } from './not-begun.ts';
import { Semaphore } from './semaphore.ts';
import type { SharedRates } from './shared-rates.ts';

/** What of a try its policies look at. */
interface Try {
  signal: AbortSignal;
  attempt: number;
  log: Logger;
}

export interface PolicyTools extends HandlerBreakerTools {
  rates: Pick<SharedRates, 'take'>;
  /** Which the handler's is one of, where they are looked at. */
  breakers?: Pick<HandlerBreakers, 'add'>;
}

/** How long a handler may take to end after its signal was aborted, in milliseconds, before its try is given up without it. */
const GRACE_MS = 1_000;
/** When what could not ask for its place asks again, in milliseconds. */
const ASK_AGAIN_MS = 5_000;
/** When what found no room beside others of its handler comes again: from one to five seconds. */
const ROOM_AGAIN_MS = { least: 1_000, spread: 4_000 };

/**
 * Runs the tries of one handler (a job's, or a listener) by its policies. One that has none runs as it is.
 *
 * @param name whose rate it is, for ever: `job avatar.resize`
 */
export function withPolicies(name: string, policies: Policies, tools: PolicyTools) {
  if (Object.values(policies).every((each) => each === undefined)) {
    return <T extends Try>(given: T, run: (given: T) => Promise<void>) => run(given);
  }
  const { breaker } = policies;
  const guard = breaker && (tools.breakers?.add(name, breaker, tools) ?? new HandlerBreaker(name, breaker, tools));
  const room = policies.concurrency === undefined ? undefined : new Semaphore(policies.concurrency);
  return async <T extends Try>(given: T, run: (given: T) => Promise<void>): Promise<void> => {
    const { tries = Number.POSITIVE_INFINITY } = policies;
    // The message goes on for another listener's sake.
    if (given.attempt > tries) throw new PermanentError('attempts-used-up', `All ${tries} tries have failed`);
    const once = () =>
      withRoom(room, given, tools, async () => {
        await placeFor(name, policies, tools);
        // Given up while it waited for its place: it may run elsewhere by now.
        given.signal.throwIfAborted();
        await within(given, policies.timeout, tools.clock, run);
      });
    try {
      await (guard ? guard.run(given, once) : once());
    } catch (error) {
      throw verdict(error, given.attempt, policies, tools);
    }
  };
}

/** @throws NotBegun when as many as may run do */
async function withRoom(
  room: Semaphore | undefined,
  { signal }: Try,
  { clock, random = Math.random }: PolicyTools,
  work: () => Promise<void>,
): Promise<void> {
  if (!room) return work();
  const ran = await room.with(0, signal, async () => {
    await orCutOff(work(), signal, clock);
    return true;
  });
  if (ran) return;
  const delayMs = ROOM_AGAIN_MS.least + random() * ROOM_AGAIN_MS.spread;
  throw new NotBegun('as many run as may run at once', { delayMs });
}

/**
 * What becomes of the work, or the reason of its signal soon after that was aborted: the consumer has given the try up by then, and a handler
 * that ignores its signal and never ends would keep its room for ever.
 */
async function orCutOff(work: Promise<void>, signal: AbortSignal, clock: Clock): Promise<void> {
  const [ended, cut] = [new AbortController(), Promise.withResolvers<never>()];
  const aborted = () =>
    clock.sleep(GRACE_MS, ended.signal).then(
      () => cut.reject(signal.reason),
      () => undefined,
    );
  signal.addEventListener('abort', aborted, { once: true });
  try {
    await Promise.race([work, cut.promise]);
  } finally {
    signal.removeEventListener('abort', aborted);
    ended.abort();
    work.catch(() => undefined);
  }
}

/** @throws NotBegun when the rate is used up, or the database does not say: neither costs a try */
async function placeFor(
  name: string,
  { rate }: Policies,
  { rates, clock, random = Math.random }: PolicyTools,
): Promise<void> {
  if (!rate) return;
  const windowMs = rate.seconds * 1_000;
  try {
    const { denial } = await rates.take(name, { max: rate.max, windowMs });
    if (!denial) return;
    // Spread over the window to come, so that what waits does not come back at one moment.
    const delayMs = Math.max(0, denial.at.getTime() - clock.now().getTime()) + random() * windowMs;
    throw new NotBegun(`the rate of ${rate.max} in ${rate.seconds} s is used up`, { delayMs });
  } catch (error) {
    if (!isMomentary(error)) throw error;
    throw new NotBegun('the database does not say whether the rate is used up', {
      delayMs: ASK_AGAIN_MS,
      cause: error,
    });
  }
}

/** @throws HandlerTimeoutError after the limit, whatever the handler does then */
async function within<T extends Try>(
  given: T,
  seconds: number | undefined,
  clock: Clock,
  run: (given: T) => Promise<void>,
): Promise<void> {
  if (seconds === undefined) return run(given);
  const limit = new AbortController();
  const ended = new AbortController();
  const work = run({ ...given, signal: AbortSignal.any([given.signal, limit.signal]) });
  const over = clock.sleep(seconds * 1_000, ended.signal).then(async () => {
    limit.abort(new HandlerTimeoutError(seconds * 1_000));
    await clock.sleep(GRACE_MS, ended.signal);
    given.log.warn('A handler ignores its signal; its try has failed, and it may still run', { timeout_s: seconds });
  });
  try {
    await Promise.race([work, over]);
    limit.signal.throwIfAborted();
  } catch (error) {
    // A handler's own says what it waited for.
    throw limit.signal.aborted && !(error instanceof HandlerTimeoutError) ? limit.signal.reason : error;
  } finally {
    ended.abort();
    over.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** What a failed try is for the consumer. One that is to wait, or never to be tried again, is passed on as it is. */
function verdict(error: unknown, attempt: number, { tries, backoff }: Policies, { random }: PolicyTools): unknown {
  if (error instanceof RetryLater || error instanceof PermanentError) return error;
  if (tries !== undefined && attempt >= tries) {
    return new PermanentError('attempts-used-up', errorMessage(error), { cause: error });
  }
  return backoff === undefined ? error : new TryFailed(error, delayAfter(attempt, backoff, random));
}

function delayAfter(attempt: number, backoff: NonNullable<Policies['backoff']>, random = Math.random): number {
  if ('baseSeconds' in backoff) {
    const { baseSeconds, ceilingSeconds } = backoff;
    return backoffDelay(attempt, { baseMs: baseSeconds * 1_000, ceilingMs: ceilingSeconds * 1_000, random });
  }
  return (backoff[Math.min(attempt, backoff.length) - 1] ?? 0) * 1_000;
}
