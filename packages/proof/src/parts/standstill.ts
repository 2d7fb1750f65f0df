const EVERY_MS = 100;
/** Limits of time end what nothing is wrong with, and leases on what was sent and not removed. */
const LONG_MS = 3_000;

/**
 * Notices when this machine stands still, as a busy one of CI does for up to half a minute: limits of a second or ten, of whoever drains or
 * waits for a statement, then end what nothing is wrong with. Promises that rest on such a limit are not judged after it.
 */
export class Standstill {
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  /** The longest so far, in milliseconds. */
  longestMs = 0;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - this.#last - EVERY_MS);
      this.#last = now;
    }, EVERY_MS);
    this.#timer.unref();
  }

  get wasLong(): boolean {
    return this.longestMs > LONG_MS;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
