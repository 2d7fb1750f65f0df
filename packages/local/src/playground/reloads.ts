/** How a service of a playground is stopped and started. */
export interface Restarts {
  stop(): Promise<void>;
  /**
   * Resolves when it serves, or once `signal` is aborted, with what was started left to `stop`.
   *
   * @param migrate where its schema may have changed
   * @throws Fault when it does not start
   */
  start(options: { migrate: boolean; signal: AbortSignal }): Promise<void>;
}

/**
 * Starts one service anew after each change. A change that comes while it starts ends the wait for it, as it may be what the service
 * waits for: a service whose code names a migration serves once that has run.
 */
export class Reloads {
  readonly #restarts: Restarts;
  readonly #onFault: (error: unknown) => void;
  /** Something was saved that what runs does not have. */
  #changed = false;
  /** Stays until migrations have run: one that fails is run again with whatever is saved next. */
  #migrate = true;
  #wait = new AbortController();
  #running: Promise<void> | undefined;
  #ended = false;

  constructor(restarts: Restarts, onFault: (error: unknown) => void) {
    this.#restarts = restarts;
    this.#onFault = onFault;
  }

  /** The first start. @throws Fault when it fails, and nothing was saved meanwhile that may mend it */
  start(): Promise<void> {
    return this.#run(async () => {
      try {
        await this.#start();
      } catch (error) {
        if (!this.#changed || this.#ended) throw error;
        this.#onFault(error);
      }
    });
  }

  change({ migrate }: { migrate: boolean }): void {
    this.#changed = true;
    this.#migrate ||= migrate;
    this.#wait.abort();
    if (!this.#running) void this.#run(async () => undefined);
  }

  /** From here on nothing is started, and what fails is no news: the services are about to be stopped. */
  end(): void {
    this.#ended = true;
  }

  /** Resolves when no start is under way any more. */
  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  #run(first: () => Promise<void>): Promise<void> {
    this.#running = first()
      .then(() => this.#catchUp())
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #catchUp(): Promise<void> {
    while (this.#changed && !this.#ended) {
      try {
        this.#changed = false;
        await this.#restarts.stop();
        await this.#start();
      } catch (error) {
        // Mostly an error in the source that was just saved: the next save may correct it.
        if (!this.#ended) this.#onFault(error);
      }
    }
  }

  async #start(): Promise<void> {
    // What was saved before is in this start; what is saved from here on ends the wait for it.
    const migrate = this.#migrate;
    this.#changed = false;
    this.#migrate = false;
    this.#wait = new AbortController();
    try {
      await this.#restarts.start({ migrate, signal: this.#wait.signal });
    } catch (error) {
      this.#migrate ||= migrate;
      throw error;
    }
  }
}
