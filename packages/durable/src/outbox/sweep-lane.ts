/** One thing that is swept again and again, never twice at a time. A call while it is under way has it run once more. */
export class SweepLane {
  readonly #work: () => Promise<number>;
  #running: Promise<number> | undefined;
  #again = false;

  constructor(work: () => Promise<number>) {
    this.#work = work;
  }

  /**
   * As `sweep`, for whoever comes again and again: nothing while it is under way, which is then run once more. Under load it never ends, and
   * whatever waits for it each time would be kept.
   */
  start(): Promise<number> | undefined {
    if (!this.#running) return this.sweep();
    this.#again = true;
    return undefined;
  }

  /** Resolves with how many messages were sent; rejects with what the work throws. */
  sweep(): Promise<number> {
    if (this.#running) this.#again = true;
    else {
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  /** Resolves when nothing is under way, however it ended. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<number> {
    let sent = 0;
    do {
      this.#again = false;
      sent += await this.#work();
    } while (this.#again);
    return sent;
  }
}
