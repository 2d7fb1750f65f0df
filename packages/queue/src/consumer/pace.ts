import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { HandlerPool } from './handler-pool.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

/** How far ahead of the handlers messages are fetched, in seconds of their work. */
const PREFETCH_SECONDS = 0.5;

/** Measures how fast handlers are, and sets from it how much is fetched ahead and how many run. */
export class Pace {
  readonly #settings: ConsumerSettings;
  readonly #metrics: ConsumerMetrics;
  #limit: number;
  #rate = 0;
  #ended = 0;
  #since: number;

  constructor(settings: ConsumerSettings, metrics: ConsumerMetrics) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#limit = settings.concurrency.max;
    this.#since = settings.clock.now().getTime();
  }

  get limit(): number {
    return this.#limit;
  }

  /** Handlers ended a second, of late. */
  get rate(): number {
    return this.#rate;
  }

  /** How many messages may wait for a handler. */
  get prefetch(): number {
    return Math.min(this.#settings.prefetch, Math.ceil(this.#rate * PREFETCH_SECONDS));
  }

  ended(_tookMs: number): void {
    this.#ended += 1;
  }

  /** The limit on concurrency from now on. */
  tick(pool: HandlerPool, _keeper: LeaseKeeper): number {
    const now = this.#settings.clock.now().getTime();
    const seconds = (now - this.#since) / 1_000;
    if (seconds >= 0.1) {
      const rate = this.#ended / seconds;
      this.#rate = rate > this.#rate ? rate : this.#rate * 0.8 + rate * 0.2;
      this.#ended = 0;
      this.#since = now;
    }
    this.#metrics.setRunning(pool.running, this.#limit);
    return this.#limit;
  }
}
