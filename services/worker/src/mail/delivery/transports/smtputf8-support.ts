/** How long an answer counts, in milliseconds: servers are rarely given an extension, and lose one with an update. */
const REMEMBERED_MS = 10 * 60_000;

/** Whether one server offers SMTPUTF8: asked when the first mail needs it, and again when the answer has become old. */
export class Smtputf8Support {
  readonly #ask: () => Promise<boolean>;
  readonly #now: () => number;
  #known: { offered: boolean; until: number } | undefined;
  #asking: Promise<boolean> | undefined;

  /**
   * @param ask asks the server; ends by itself
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(ask: () => Promise<boolean>, now: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  /**
   * Whoever asks at the same time waits for one answer.
   *
   * @throws what asking threw, which is not remembered; the signal's reason when it is aborted before
   */
  async offered(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (this.#known && this.#now() < this.#known.until) return this.#known.offered;
    this.#asking ??= this.#askAnew().finally(() => {
      this.#asking = undefined;
    });
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.#asking, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #askAnew(): Promise<boolean> {
    const offered = await this.#ask();
    this.#known = { offered, until: this.#now() + REMEMBERED_MS };
    return offered;
  }
}
