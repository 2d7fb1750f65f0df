import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';

/** What a client knows of its sign-up: asked and no answer yet; done; not done; or nobody can know. */
export type Outcome = 'asked' | 'acknowledged' | 'refused' | 'unknown';

/**
 * What was promised to whom: each sign-up as it was asked for and as it was answered, on the disk before anything
 * depends on it, so that whatever dies, the promise is on record.
 */
export class Acknowledgements {
  readonly #file: number;
  readonly #outcomes = new Map<string, Outcome>();
  /** Waits ask for these again and again. */
  readonly #counts: Record<Outcome, number> = { asked: 0, acknowledged: 0, refused: 0, unknown: 0 };
  /** When each was acknowledged, by `performance.now()`. */
  readonly acknowledgedAt = new Map<string, number>();

  /** @param path of a file with a line for each change */
  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  record(address: string, outcome: Outcome): void {
    const was = this.#outcomes.get(address);
    if (was !== undefined) this.#counts[was] -= 1;
    this.#counts[outcome] += 1;
    this.#outcomes.set(address, outcome);
    if (outcome === 'acknowledged') this.acknowledgedAt.set(address, performance.now());
    writeSync(this.#file, `${JSON.stringify({ address, outcome })}\n`);
    fdatasyncSync(this.#file);
  }

  outcomeOf(address: string): Outcome | undefined {
    return this.#outcomes.get(address);
  }

  addresses(outcome: Outcome): string[] {
    return [...this.#outcomes].filter(([, was]) => was === outcome).map(([address]) => address);
  }

  /** Everybody who asked, however it ended. */
  get size(): number {
    return this.#outcomes.size;
  }

  count(outcome: Outcome): number {
    return this.#counts[outcome];
  }

  close(): void {
    closeSync(this.#file);
  }
}
