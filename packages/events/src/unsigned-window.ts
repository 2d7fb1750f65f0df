import type { Envelope } from './envelope.ts';

export interface UnsignedWindowOptions {
  /** From when on what nobody has signed is refused as ever. */
  until: Date;
  /** Default: the system's clock. */
  now?: () => Date;
  /** Hears of every message that was let in. */
  accepted: (envelope: Envelope) => void;
}

/**
 * The time during an upgrade in which messages are read that a release from before signatures has written. While it is open,
 * whoever can write to a queue can write messages in any service's name.
 */
export class UnsignedWindow {
  readonly #until: Date;
  readonly #now: () => Date;
  readonly #accepted: (envelope: Envelope) => void;

  constructor({ until, now = () => new Date(), accepted }: UnsignedWindowOptions) {
    this.#until = until;
    this.#now = now;
    this.#accepted = accepted;
  }

  isOpen(): boolean {
    return this.#now() < this.#until;
  }

  letIn(envelope: Envelope): void {
    this.#accepted(envelope);
  }
}
