import type { Clock, Logger } from '@postern/runtime';

/** Deletes rows that have expired, in one go or until the signal is aborted; returns how many. */
export interface Sweep {
  name: string;
  run(now: number, signal?: AbortSignal): Promise<number>;
}

/** The time between two rounds, in milliseconds; each replica picks its moment within it. */
const ROUND_MS = 60_000;

/** Removes what has expired, once a minute, in small statements that nobody has to wait for. */
export class Housekeeping {
  readonly #sweeps: readonly Sweep[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopped = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(sweeps: readonly Sweep[], clock: Clock, logger: Logger) {
    this.#sweeps = sweeps;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#loop = this.#run(this.#stopped.signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  /** One round: each sweep until it finds nothing more. */
  async round(signal: AbortSignal = this.#stopped.signal): Promise<void> {
    for (const { name, run } of this.#sweeps) {
      try {
        while (!signal.aborted && (await run(this.#clock.now().getTime(), signal)) > 0);
      } catch (error) {
        // Nothing depends on it, and the next round does it again.
        this.#logger.warn('a clean-up did not work; it is tried again in a minute', { sweep: name, error });
      }
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#clock.sleep(ROUND_MS * (0.5 + Math.random()), signal);
      } catch {
        // Only `stop` ends the sleep early.
        return;
      }
      await this.round(signal);
    }
  }
}
