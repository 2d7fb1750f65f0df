import type { Policies } from '@postern/events';
import { type Clock, errorMessage, type Logger, type Metrics } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater } from '@postern/sqs';
import { Breaker } from './breaker.ts';

export interface HandlerBreakerTools {
  clock: Clock;
  metrics?: Metrics | undefined;
  /** A number in [0, 1) for jitter. */
  random?: () => number;
}

/** While probes fail, the wait grows to so many times the first. */
const MOST_WAITS = 10;

/**
 * Keeps tries away from a handler that fails again and again, as whatever it calls is down. This replica's alone: each learns it from its own
 * tries. `queue_handler_breaker_open{handler}` is 1 while it lasts.
 */
export class HandlerBreaker {
  readonly #name: string;
  readonly #breaker: Breaker;
  readonly #firstWaitMs: number;
  readonly #tools: HandlerBreakerTools;

  constructor(name: string, { failures, seconds }: NonNullable<Policies['breaker']>, tools: HandlerBreakerTools) {
    this.#name = name;
    this.#firstWaitMs = seconds * 1_000;
    this.#breaker = new Breaker(tools.clock, {
      failures,
      baseMs: this.#firstWaitMs,
      ceilingMs: MOST_WAITS * this.#firstWaitMs,
    });
    this.#tools = tools;
    if (tools.metrics) expose(tools.metrics, name, this.#breaker);
  }

  /** @throws RetryLater while it is open, and while another try is the probe; otherwise what `work` threw */
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
      end(() => (reason instanceof HandlerTimeoutError ? this.#learn(reason, given.log) : this.#breaker.unused()));
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
    const breaker = this.#breaker;
    if (breaker.probeDue) breaker.probed();
    if (breaker.pass()) return;
    const { clock, random = Math.random } = this.#tools;
    // Spread, so that what waits does not come back at one moment to a service that has just returned.
    const delayMs = Math.max(0, breaker.retryAt.getTime() - clock.now().getTime()) + random() * this.#firstWaitMs;
    throw new RetryLater(`${this.#name} has failed again and again: its breaker is open`, { delayMs });
  }

  #learn(error: unknown, log: Logger): void {
    const { state } = this.#breaker;
    // What was told to wait says nothing of whatever it calls.
    if (error instanceof RetryLater) this.#breaker.unused();
    else if (error === undefined || error instanceof PermanentError) this.#breaker.succeeded();
    else this.#breaker.failed(false);
    if (this.#breaker.state === state) return;
    if (this.#breaker.state === 'open') {
      const next_probe = this.#breaker.retryAt.toISOString();
      log.warn('A handler fails again and again; its breaker is open', { reason: errorMessage(error), next_probe });
    } else log.info('A handler works again; its breaker is closed');
  }
}

const exposed = new WeakMap<Metrics, Map<string, Breaker>>();

function expose(metrics: Metrics, name: string, breaker: Breaker): void {
  const breakers = exposed.get(metrics) ?? new Map<string, Breaker>();
  breakers.set(name, breaker);
  if (exposed.has(metrics)) return;
  exposed.set(metrics, breakers);
  metrics.gauge(
    'queue_handler_breaker_open',
    '1 while a handler is not tried, as it failed again and again; 0 otherwise',
    ['handler'],
    (gauge) => {
      for (const [handler, { state }] of breakers) gauge.set({ handler }, state === 'closed' ? 0 : 1);
    },
  );
}
