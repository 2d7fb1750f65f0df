import type { Policies } from '@postern/events';
import { type Clock, errorMessage, type Logger } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater } from '@postern/sqs';
import { Breaker } from './breaker.ts';
import { NotBegun } from './not-begun.ts';

export interface HandlerBreakerTools {
  clock: Clock;
  /** A number in [0, 1) for jitter. */
  random?: () => number;
}

/** While probes fail, the wait grows to so many times the first. */
const MAX_WAITS = 10;

/**
 * Keeps tries away from a handler that fails again and again, as whatever it calls is down.
 */
export class HandlerBreaker {
  readonly name: string;
  readonly breaker: Breaker;
  /** Of the failure that counted last. */
  lastWords: { text: string; at: Date } | undefined;
  readonly #firstWaitMs: number;
  readonly #tools: HandlerBreakerTools;

  constructor(name: string, { failures, seconds }: NonNullable<Policies['breaker']>, tools: HandlerBreakerTools) {
    this.name = name;
    this.#firstWaitMs = seconds * 1_000;
    this.breaker = new Breaker(tools.clock, {
      failures,
      baseMs: this.#firstWaitMs,
      ceilingMs: MAX_WAITS * this.#firstWaitMs,
    });
    this.#tools = tools;
  }

  /** @throws NotBegun while it is open, and while another try is the probe; otherwise what `work` threw */
  async run(given: { signal: AbortSignal; log: Logger }, work: () => Promise<void>): Promise<void> {
    this.#pass();
    let ended = false;
    const end = (learn: () => void) => {
      if (!ended) learn();
      ended = true;
    };
    // A handler that ignores its signal may never end, and would be the probe for ever. What was cut off for another reason than its
    // time says nothing of whatever it calls.
    const aborted = () => {
      const reason: unknown = given.signal.reason;
      end(() => (reason instanceof HandlerTimeoutError ? this.#learn(reason, given.log) : this.breaker.unused()));
    };
    given.signal.addEventListener('abort', aborted, { once: true });
    try {
      await work();
      end(() => this.#learn(undefined, given.log));
    } catch (error) {
      end(() => this.#learn(error, given.log));
      throw error;
    } finally {
      given.signal.removeEventListener('abort', aborted);
    }
  }

  #pass(): void {
    const breaker = this.breaker;
    if (breaker.probeDue) breaker.probed();
    if (breaker.pass()) return;
    const { clock, random = Math.random } = this.#tools;
    // Spread, so that what waits does not come back at one moment to a service that has just returned.
    const delayMs = Math.max(0, breaker.retryAt.getTime() - clock.now().getTime()) + random() * this.#firstWaitMs;
    throw new NotBegun(`${this.name} has failed again and again: its breaker is open`, { delayMs });
  }

  #learn(error: unknown, log: Logger): void {
    const { state } = this.breaker;
    // A try that was told to wait says nothing about whatever it calls.
    if (error instanceof RetryLater) this.breaker.unused();
    else if (error === undefined || error instanceof PermanentError) this.breaker.succeeded();
    else {
      this.lastWords = { text: errorMessage(error), at: this.#tools.clock.now() };
      this.breaker.failed(false);
    }
    if (this.breaker.state === state) return;
    if (this.breaker.state === 'open') {
      const next_probe = this.breaker.retryAt.toISOString();
      log.warn('A handler fails again and again; its breaker is open', { reason: errorMessage(error), next_probe });
    } else log.info('A handler works again; its breaker is closed');
  }
}
