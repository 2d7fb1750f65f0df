import type { Clock } from '@postern/runtime';

/**
 * How long a provider has said nothing of any mail. One mail may have to wait for minutes for the answer to its body; that nobody is answered at all
 * for longer than a try may take to get there says that it hangs.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #bearableMs: number;
  /** When the mails under way began, by the monotonic clock; the oldest first. */
  readonly #begun = new Set<{ at: number }>();
  #answeredAt = Number.NEGATIVE_INFINITY;

  /** @param bearableMs the longest that a try may take up to its body: one that is older waits behind it */
  constructor(clock: Clock, bearableMs: number) {
    this.#clock = clock;
    this.#bearableMs = bearableMs;
  }

  /** A mail is with the provider until what this returns is called. */
  begins(): () => void {
    const mail = { at: this.#clock.monotonic() };
    this.#begun.add(mail);
    return () => void this.#begun.delete(mail);
  }

  answered(): void {
    this.#answeredAt = this.#clock.monotonic();
  }

  /** Whether the oldest mail, and since that was begun every other, has waited for longer than is usual. */
  get isLong(): boolean {
    const [oldest] = this.#begun;
    if (oldest === undefined) return false;
    return this.#clock.monotonic() - Math.max(oldest.at, this.#answeredAt) > this.#bearableMs;
  }
}
