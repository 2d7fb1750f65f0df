import type { Delivery } from './delivery.ts';
import type { Lease } from './lease.ts';

/** Failing messages that are remembered; of one that was forgotten the tries begin again. */
const MAX_MESSAGES = 10_000;
/** In the place of a count: there is a dead letter of it. */
const BURIED = Number.POSITIVE_INFINITY;

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
    this.#set(keyOf(delivery), this.of(delivery) + 1);
  }

  /** Its dead letter is written. Where SQS does not delete it after that, it comes again, and must neither run nor die once more. */
  bury(delivery: Delivery): void {
    this.#set(keyOf(delivery), BURIED);
  }

  isBuried(delivery: Delivery): boolean {
    return this.of(delivery) === BURIED;
  }

  /** What SQS did not delete comes again, and what is known of it counts then, too. */
  ended({ lost, deliveries }: Lease): void {
    if (lost) return;
    for (const delivery of deliveries) this.#counts.delete(keyOf(delivery));
  }

  #set(key: string, count: number): void {
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_MESSAGES && oldest !== undefined) this.#counts.delete(oldest);
  }
}

/** A message that was packed has others beside it; one that was sent once more is another one. */
function keyOf({ id, lease }: Delivery): string {
  return `${lease.raw.MessageId}/${id}`;
}
