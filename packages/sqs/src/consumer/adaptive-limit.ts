/** What was seen since the last look. */
interface LimitSample {
  now: number;
  /** How late the event loop was, in milliseconds. */
  lagMs: number;
  /** Least time a lease has left, as a part of the visibility. */
  leaseMargin: number;
  /** Whether all slots were taken: only then does a higher limit mean anything. */
  saturated: boolean;
  /** For how long the handlers that run now have been running, on average, in milliseconds. */
  runningMs: number;
}

/** Fewer handlers than this say nothing about latency, where more could have ended. */
const MIN_SAMPLE = 10;
const MAX_LAG_MS = 100;
/** Leases are prolonged at a half; below a quarter the heartbeats do not keep up. */
const MIN_LEASE_MARGIN = 0.25;
/** Handlers slow down together: this many times as slow as at their recent best, and by more than some milliseconds of noise. */
const SLOW_FACTOR = 2;
const NOISE_MS = 5;
const DECREASE = 0.7;
const INCREASE = 0.1;
/** The recent best is forgotten at this rate a look, so that a handler that became slower for good is not held down. */
const BASELINE_DRIFT = 1.005;
/** A lower limit helped when handlers became this much quicker. */
const HELPED = 0.9;
/** Looks without a further try to lower, after one that did not help. */
const PATIENCE = 20;

/** A mean that is added to. */
class Mean {
  count = 0;
  #sum = 0;
  get value(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }
  add(value: number): void {
    this.count += 1;
    this.#sum += value;
  }
}

/**
 * The limit on concurrency between two bounds: additive increase, multiplicative decrease (Chiu and Jain, 1989). It falls when
 * the event loop lags, when leases are prolonged late, and when handlers slow down together, since more of them then only wait for
 * the same thing. Whether the last was right is judged by handlers that began after it: where they are no quicker, they
 * are slow for another reason, and the limit goes back.
 */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  #limit: number;
  #baselineMs = 0;
  /** Doubling until the first sign of too much. */
  #slowStart = true;
  #loweredAt = 0;
  /** Handlers that began since the limit was last lowered. */
  #fresh = new Mean();
  /** Those that began before, and ended since. */
  #stale = new Mean();
  /** The limit before it was lowered for latency, while that is on trial, and the latency then where it is known. */
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

  /** A handler ended: when it began, by the monotonic clock, and how long it took. */
  ended(startedAt: number, tookMs: number): void {
    if (startedAt >= this.#loweredAt) this.#fresh.add(tookMs);
    else this.#stale.add(tookMs);
  }

  /** Takes what was seen and returns the limit from now on. */
  look(sample: LimitSample): number {
    if (this.#min === this.#max) return this.#max;
    const { lagMs, leaseMargin, runningMs, saturated, now } = sample;
    const known = this.#fresh.count >= Math.min(MIN_SAMPLE, this.limit);
    const meanMs = this.#fresh.value;
    if (lagMs > MAX_LAG_MS || leaseMargin < MIN_LEASE_MARGIN) {
      this.#trial = undefined;
      this.#lower(now);
    } else if (known && this.#trial && meanMs > this.#before(this.#trial) * HELPED) {
      // They are as slow with fewer beside them: it is not ours to fix, and this is their speed now.
      this.#limit = Math.max(this.#limit, this.#trial.limit);
      this.#baselineMs = meanMs;
      this.#trial = undefined;
      this.#patience = PATIENCE;
    } else if ((known && this.#isSlow(meanMs)) || this.#isSlow(runningMs)) {
      if (this.#patience > 0) this.#raise(saturated);
      else if (this.#limit > this.#min) {
        // Of several steps down the first limit is the one to go back to.
        this.#trial = { limit: this.#trial?.limit ?? this.#limit, meanMs: known ? meanMs : (this.#trial?.meanMs ?? 0) };
        this.#lower(now);
      }
    } else {
      if (known) this.#trial = undefined;
      this.#raise(saturated);
    }
    if (known) {
      this.#learn(meanMs);
      this.#fresh = new Mean();
    }
    this.#patience = Math.max(0, this.#patience - 1);
    return this.limit;
  }

  /** How slow handlers were before the limit was lowered; where none had ended, those say it that ended since. */
  #before(trial: { meanMs: number }): number {
    return Math.max(trial.meanMs, this.#stale.value);
  }

  #isSlow(ms: number): boolean {
    return this.#baselineMs > 0 && ms > Math.max(this.#baselineMs * SLOW_FACTOR, this.#baselineMs + NOISE_MS);
  }

  #learn(meanMs: number): void {
    const drifted = this.#baselineMs * BASELINE_DRIFT;
    this.#baselineMs = this.#baselineMs === 0 || meanMs < drifted ? meanMs : drifted;
  }

  #raise(saturated: boolean): void {
    if (!saturated) return;
    const step = this.#slowStart ? this.#limit : Math.max(1, this.#limit * INCREASE);
    this.#limit = Math.min(this.#max, this.#limit + step);
    if (this.#limit === this.#max) this.#slowStart = false;
  }

  #lower(now: number): void {
    this.#slowStart = false;
    this.#limit = Math.max(this.#min, this.#limit * DECREASE);
    this.#loweredAt = now;
    this.#fresh = new Mean();
    this.#stale = new Mean();
  }
}
