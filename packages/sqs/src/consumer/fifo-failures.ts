import type { Delivery } from './delivery.ts';

/** Failing messages that are remembered; of one that was forgotten the tries begin again. */
const MAX_MESSAGES = 10_000;

/**
 * How often messages of a FIFO queue have failed in this process. No copy with a count can take a message's place in its group, and SQS counts every receive:
 * turns behind another's failure, and waits. What another process has counted is not known here: that costs further tries, and no message.
 */
export class FifoFailures {
  /** The one that failed longest ago first. */
  readonly #counts = new Map<string, number>();

  of(delivery: Delivery): number {
    return this.#counts.get(keyOf(delivery)) ?? 0;
  }

  add(delivery: Delivery): void {
    const [key, count] = [keyOf(delivery), this.of(delivery) + 1];
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_MESSAGES && oldest !== undefined) this.#counts.delete(oldest);
  }

  forget(delivery: Delivery): void {
    this.#counts.delete(keyOf(delivery));
  }
}

/** A message that was packed has others beside it; one that was sent once more is another one. */
function keyOf({ id, lease }: Delivery): string {
  return `${lease.raw.MessageId}/${id}`;
}
