import type { QueueAddress } from '../client/queue-directory.ts';
import { SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import { type HeldLetter, readDeadLetter } from './dead-letter-format.ts';

/**
 * How long letters stay hidden by default while they are looked at, in seconds. They are given back at the end, and held longer for as
 * long as a scan takes: this is how long a process that was killed keeps them from others.
 */
const HOLD_SECONDS = 20;
interface ScanOptions {
  api: SqsApi;
  address: QueueAddress;
  /** How long the receive that finds the end of the queue waits, in seconds. */
  waitSeconds: number;
  /** How long letters stay hidden at a time; they are held longer when half of it is over. */
  holdSeconds?: number;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}

/**
 * Goes through a dead-letter queue. SQS has no way to look without receiving: each letter is hidden from others while the
 * scan is under way, and whatever was not removed is given back at its end. On a FIFO queue SQS hands out about ten of a
 * group at a time; the rest of a group shows once those are gone.
 */
export class DeadLetterScan {
  readonly #options: Required<ScanOptions>;
  readonly #seen = new Set<string>();
  /** Receipts, and when it was asked for what hides them. */
  readonly #held = new Map<string, number>();

  constructor(options: ScanOptions) {
    this.#options = { now: () => performance.now(), holdSeconds: HOLD_SECONDS, ...options };
  }

  /** Letters by tens, each once. */
  async *batches(): AsyncGenerator<HeldLetter[]> {
    for (;;) {
      const { received, fresh } = await this.next(this.#options.waitSeconds);
      // Only letters that were here before: their time of hiding is over, and the whole queue has gone by.
      if (received === 0 || fresh.length === 0) return;
      yield fresh;
    }
  }

  /** One receive: up to ten letters that this scan has not had yet, of as many as were received. */
  async next(waitSeconds: number): Promise<{ received: number; fresh: HeldLetter[] }> {
    const { api, address, now, holdSeconds } = this.#options;
    await this.keep();
    const askedAt = now();
    const messages = await api.receive(address.deadLetterUrl, {
      max: SQS_LIMITS.batchEntries,
      waitSeconds,
      visibilitySeconds: holdSeconds,
    });
    const fresh = messages.filter(({ MessageId = '' }) => !this.#seen.has(MessageId));
    for (const { MessageId = '', ReceiptHandle = '' } of messages) {
      this.#seen.add(MessageId);
      this.#hold(ReceiptHandle, askedAt);
    }
    return { received: messages.length, fresh: fresh.map((message) => readDeadLetter(address.name, message)) };
  }

  /** Holds longer what would show to others soon. Called between the steps of whatever is done with the letters. */
  async keep(): Promise<void> {
    const { now, holdSeconds } = this.#options;
    const due: string[] = [];
    // The longest held come first: of a hundred thousand, only those that are due are looked at.
    for (const [receipt, since] of this.#held) {
      if (now() - since < holdSeconds * 500) break;
      due.push(receipt);
    }
    const askedAt = now();
    await this.#hide(due, holdSeconds);
    for (const receipt of due) if (this.#held.has(receipt)) this.#hold(receipt, askedAt);
  }

  #hold(receipt: string, since: number): void {
    this.#held.delete(receipt);
    this.#held.set(receipt, since);
  }

  /** Deletes letters for good. Returns the places in `receipts` that SQS would not delete. */
  async remove(receipts: readonly string[]): Promise<number[]> {
    const left: number[] = [];
    for (let start = 0; start < receipts.length; start += SQS_LIMITS.batchEntries) {
      const some = receipts.slice(start, start + SQS_LIMITS.batchEntries);
      const failures = await this.#options.api.deleteBatch(this.#options.address.deadLetterUrl, some);
      const failed = new Set(failures.map(({ index }) => index));
      some.forEach((receipt, index) => {
        if (failed.has(index)) left.push(start + index);
        else this.#held.delete(receipt);
      });
    }
    return left;
  }

  /** Shows to others again what was not removed. */
  async giveBack(): Promise<void> {
    const receipts = [...this.#held.keys()];
    this.#held.clear();
    // What fails here shows by itself when its time of hiding is over.
    await this.#hide(receipts, 0);
  }

  async #hide(receipts: readonly string[], seconds: number): Promise<void> {
    const { api, address } = this.#options;
    for (let start = 0; start < receipts.length; start += SQS_LIMITS.batchEntries) {
      const some = receipts.slice(start, start + SQS_LIMITS.batchEntries);
      const entries = some.map((receipt) => ({ receipt, seconds }));
      const failures = await api.changeVisibilityBatch(address.deadLetterUrl, entries);
      // Its hold was over, and it may be somebody else's by now: it is not ours to give back.
      for (const { index } of failures) this.#held.delete(some[index] ?? '');
    }
  }
}
