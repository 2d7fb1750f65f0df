import { AdaptiveLimit } from './adaptive-limit.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { ConsumerSettings } from './consumer-options.ts';

/** How far ahead of the handlers messages are fetched, in seconds of their work. */
const PREFETCH_SECONDS = 0.5;
/** The shortest time that a speed is measured over, in milliseconds. */
const WINDOW_MS = 400;

/** Measures how fast handlers are, and sets from it how much is fetched ahead and how many run. */
export class Pace {
  readonly #settings: ConsumerSettings;
  readonly #metrics: ConsumerMetrics;
  readonly #adaptive: AdaptiveLimit;
  #rate = 0;
  #ended = 0;
  #saturated = false;
  #lagMs = 0;
  #windowBegan: number;
  #expectedAt = 0;

  constructor(settings: ConsumerSettings, metrics: ConsumerMetrics) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#adaptive = new AdaptiveLimit(settings.concurrency);
    this.#windowBegan = settings.clock.monotonic();
  }

  get limit(): number {
    return this.#adaptive.limit;
  }

  /** Handlers that ended a second, recently. */
  get rate(): number {
    return this.#rate;
  }

  /** How many messages may wait for a handler. */
  get prefetch(): number {
    return Math.min(this.#settings.prefetch, Math.ceil(this.#rate * PREFETCH_SECONDS));
  }

  ended(startedAt: number, tookMs: number): void {
    this.#ended += 1;
    this.#adaptive.ended(startedAt, tookMs);
  }

  /** Looks at what happened since the last tick; returns the limit on concurrency from now on. */
  tick(load: { running: number; waiting: number; runningMs(): number }, leaseMargin: number, nextInMs: number): number {
    const now = this.#settings.clock.monotonic();
    if (this.#expectedAt > 0) this.#lagMs = Math.max(this.#lagMs, now - this.#expectedAt);
    this.#expectedAt = now + nextInMs;
    this.#saturated ||= load.running >= this.limit || load.waiting > 0;
    const tookMs = now - this.#windowBegan;
    if (tookMs < WINDOW_MS) return this.limit;
    const rate = (this.#ended * 1_000) / tookMs;
    // Up at once, so that fetching follows a burst; down slowly.
    this.#rate = rate > this.#rate ? rate : this.#rate * 0.8 + rate * 0.2;
    const runningMs = load.runningMs();
    this.#adaptive.look({ now, lagMs: this.#lagMs, leaseMargin, saturated: this.#saturated, runningMs });
    this.#metrics.setRunning(load.running, this.limit);
    this.#ended = 0;
    this.#lagMs = 0;
    this.#saturated = false;
    this.#windowBegan = now;
    return this.limit;
  }
}
