/**
 * A signal that is aborted after a time, or when another one is. `AbortSignal.any` with `AbortSignal.timeout` says the same
 * at several times the price, and there is one of these a mail.
 */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #abort = (): void => this.#controller.abort();
  #timer: NodeJS.Timeout;
  #ended = false;

  /** @param ms milliseconds */
  constructor(ms: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#abort, ms);
    if (outer.aborted) this.#abort();
    else outer.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Counts anew, `ms` from now on, unless it has ended. */
  restart(ms: number): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, ms);
  }

  /** Lets go of timer and listener. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#abort);
  }
}
