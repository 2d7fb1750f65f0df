/** What was seen since the last look. */
export interface LimitSample {
  /** Handlers that ended. */
  ended: number;
  /** How long they took on average, in milliseconds. */
  meanMs: number;
  /** How late the event loop was, in milliseconds. */
  lagMs: number;
  /** Least time a lease has left, as a part of the visibility. */
  leaseMargin: number;
  /** Whether all slots were taken: only then does a higher limit mean anything. */
  saturated: boolean;
}

/** Fewer handlers than this say nothing about latency. */
const MIN_SAMPLE = 10;
const MAX_LAG_MS = 100;
/** Leases are prolonged at a half; below a quarter the heartbeats do not keep up. */
const MIN_LEASE_MARGIN = 0.25;
/** Handlers slow down together: this many times as slow as they were at their best of late. */
const SLOW_FACTOR = 2;
const DECREASE = 0.7;
const INCREASE = 0.1;
/** The best of late is forgotten at this rate a look, so that a handler that became slower for good is not held down. */
const BASELINE_DRIFT = 1.005;
/** A lower limit helped when handlers became this much quicker. */
const HELPED = 0.9;
/** Looks without a further try to lower, after one that did not help. */
const PATIENCE = 20;

/**
 * The limit on concurrency between two bounds: additive increase, multiplicative decrease (Chiu and Jain, 1989). It falls when
 * the event loop lags, when leases are prolonged late, and when handlers slow down together, since more of them then only wait for
 * the same thing. Whether the last was right shows: where a lower limit does not make handlers quicker, they are slow for another
 * reason, and the limit goes back.
 */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  #limit: number;
  #baselineMs = 0;
  /** Doubling until the first sign of too much. */
  #slowStart = true;
  /** The limit and the latency before the last decrease for latency, while it is on trial. */
  #trial: { limit: number; meanMs: number } | undefined;
  #patience = 0;

  constructor({ min, max }: { min: number; max: number }) {
    this.#min = min;
    this.#max = max;
    this.#limit = min === max ? max : Math.max(min, Math.min(10, max));
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Takes what was seen and returns the limit from now on. */
  look(sample: LimitSample): number {
    if (this.#min === this.#max) return this.#max;
    const known = sample.ended >= MIN_SAMPLE;
    if (sample.lagMs > MAX_LAG_MS || sample.leaseMargin < MIN_LEASE_MARGIN) {
      this.#trial = undefined;
      this.#decrease();
    } else if (known && this.#baselineMs > 0 && sample.meanMs > this.#baselineMs * SLOW_FACTOR + 1) {
      this.#slowed(sample);
    } else {
      this.#trial = undefined;
      if (sample.saturated) this.#increase();
    }
    if (known) this.#learn(sample.meanMs);
    this.#patience = Math.max(0, this.#patience - 1);
    return this.limit;
  }

  #slowed({ meanMs, saturated }: LimitSample): void {
    const trial = this.#trial;
    if (trial && meanMs > trial.meanMs * HELPED) {
      // They are as slow with fewer beside them: it is not ours to mend, and this is their speed now.
      this.#limit = Math.max(this.#limit, trial.limit);
      this.#baselineMs = meanMs;
      this.#trial = undefined;
      this.#patience = PATIENCE;
    } else if (this.#patience > 0) {
      if (saturated) this.#increase();
    } else if (this.#limit > this.#min) {
      // Of several decreases in a row the first limit is the one to go back to.
      this.#trial = { limit: trial?.limit ?? this.#limit, meanMs };
      this.#decrease();
    }
  }

  #learn(meanMs: number): void {
    const drifted = this.#baselineMs * BASELINE_DRIFT;
    this.#baselineMs = this.#baselineMs === 0 || meanMs < drifted ? meanMs : drifted;
  }

  #increase(): void {
    const step = this.#slowStart ? this.#limit : Math.max(1, this.#limit * INCREASE);
    this.#limit = Math.min(this.#max, this.#limit + step);
    if (this.#limit === this.#max) this.#slowStart = false;
  }

  #decrease(): void {
    this.#slowStart = false;
    this.#limit = Math.max(this.#min, this.#limit * DECREASE);
  }
}
