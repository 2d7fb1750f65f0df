import { Unavailable } from './problems.ts';

/** Whether operations that need the database can be served: not before it answers with the schema that this release needs. */
export class Availability {
  #waitingFor: string | undefined = 'the database';

  /** @param what for the caller and the log, without addresses */
  waitFor(what: string): void {
    this.#waitingFor = what;
  }

  open(): void {
    this.#waitingFor = undefined;
  }

  get waitingFor(): string | undefined {
    return this.#waitingFor;
  }

  /** @throws ProblemError 503 with Retry-After */
  require(): void {
    if (this.#waitingFor === undefined) return;
    throw Unavailable.error({
      detail: `The service is starting: it waits for ${this.#waitingFor}.`,
      headers: { 'retry-after': '2' },
    });
  }
}
