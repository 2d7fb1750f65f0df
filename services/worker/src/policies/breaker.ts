import { backoffDelay, type Clock } from '@postern/runtime';

export interface BreakerOptions {
  /** Failures in a row that open it; a refusal (wrong password) opens it at once. */
  failures: number;
  /** Wait before the first probe, in milliseconds; doubles with each probe that fails. */
  baseMs: number;
  ceilingMs: number;
  /** How long the mail that is the probe has others wait for its outcome, in milliseconds; then another one is the probe. Without it, until it is known. */
  probeMs?: number;
}

export const DEFAULT_BREAKER: BreakerOptions = { failures: 5, baseMs: 5_000, ceilingMs: 60_000 };

/** How many times the wait grows while the provider answers. */
const MAX_WAITS_WHERE_IT_ANSWERS = 2;

const NO_PROBE = Number.NEGATIVE_INFINITY;

type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Keeps mails away from a provider that does not work (Nygard, "Release It!", 2nd ed., ch. 5). Open: nothing is tried.
 * After a wait the provider is asked to connect and sign in without a mail; when that works it is half-open: one mail is
 * the probe, and its outcome closes the breaker or opens it again for longer.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #failures = 0;
  #openings = 0;
  /** When the next probe is due, by the monotonic clock. */
  #probeAt = 0;
  /** Until when others wait for the outcome of a probe, by the monotonic clock. */
  #probingUntil = NO_PROBE;

  constructor(clock: Clock, options: BreakerOptions = DEFAULT_BREAKER) {
    this.#clock = clock;
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** When the next probe is due; in the past unless it is open. */
  get retryAt(): Date {
    return new Date(this.#clock.now().getTime() + this.#probeAt - this.#clock.monotonic());
  }

  /** Whether it has been open for as long as it was to wait. */
  get probeDue(): boolean {
    return this.#state === 'open' && this.#probeAt <= this.#clock.monotonic();
  }

  /** Whether a mail may be meant for this provider now. */
  get available(): boolean {
    return this.#state === 'closed' || (this.#state === 'half-open' && this.#probingUntil <= this.#clock.monotonic());
  }

  /** Asks to send one mail. True: its outcome has to be reported by `succeeded` or `failed`. */
  pass(): boolean {
    if (!this.available) return false;
    const { probeMs = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#state === 'half-open') this.#probingUntil = this.#clock.monotonic() + probeMs;
    return true;
  }

  /** The provider answered, whatever it said of the mail. */
  succeeded(): void {
    this.#failures = 0;
    // An answer to a mail that was under way when it opened says nothing of how things are since.
    if (this.#state === 'open') return;
    this.#state = 'closed';
    this.#openings = 0;
    this.#probingUntil = NO_PROBE;
  }

  /**
   * The provider did not work. `refused`: it turned us away, which the next mail cannot change. `answers`: it is up and turned a
   * recipient away; it is asked again before long, as the next recipient may be another matter.
   */
  failed(refused: boolean, answers = false): void {
    this.#failures += 1;
    if (this.#state === 'open') return;
    if (answers) this.#openings = Math.min(this.#openings, MAX_WAITS_WHERE_IT_ANSWERS - 1);
    if (this.#state === 'half-open' || refused || this.#failures >= this.#options.failures) this.#open();
  }

  /** The mail that passed was not offered to it: nothing is known that was not known before. */
  unused(): void {
    this.#probingUntil = NO_PROBE;
  }

  /** The probe without a mail worked: let one mail through. */
  probed(): void {
    if (this.#state !== 'open') return;
    this.#state = 'half-open';
    this.#probingUntil = NO_PROBE;
  }

  /** The probe without a mail failed: wait longer. */
  stillDown(): void {
    if (this.#state === 'open') this.#open();
  }

  #open(): void {
    this.#state = 'open';
    this.#openings += 1;
    this.#probingUntil = NO_PROBE;
    // Half the time is certain, so that a full-jitter draw near 0 does not hammer a provider that is down.
    const { baseMs, ceilingMs } = this.#options;
    const wait = baseMs / 2 + backoffDelay(this.#openings, { baseMs: baseMs / 2, ceilingMs: ceilingMs - baseMs / 2 });
    this.#probeAt = this.#clock.monotonic() + wait;
  }
}
