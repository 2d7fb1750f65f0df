import type { QueueAddress } from '../client/queue-directory.ts';
import { SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import { type HeldLetter, readDeadLetter } from './dead-letter.ts';

/**
 * How long letters stay hidden while they are looked at, in seconds. They are given back at the end; this is for a
 * process that dies before.
 */
const HOLD_SECONDS = 120;

/**
 * Goes through a dead-letter queue. SQS has no way to look without receiving: each letter is hidden from others while the
 * scan is under way, and whatever was not removed is given back at its end. On a FIFO queue SQS hands out about ten of a
 * group at a time; the rest of a group shows once those are gone.
 */
export class DeadLetterScan {
  readonly #api: SqsApi;
  readonly #address: QueueAddress;
  readonly #waitSeconds: number;
  readonly #held = new Set<string>();

  constructor(api: SqsApi, address: QueueAddress, waitSeconds: number) {
    this.#waitSeconds = waitSeconds;
    this.#api = api;
    this.#address = address;
  }

  /** Letters by tens, each once. */
  async *batches(): AsyncGenerator<HeldLetter[]> {
    const { deadLetterUrl: url, name } = this.#address;
    const seen = new Set<string>();
    for (;;) {
      const messages = await this.#api.receive(url, {
        max: SQS_LIMITS.batchEntries,
        waitSeconds: this.#waitSeconds,
        visibilitySeconds: HOLD_SECONDS,
      });
      if (messages.length === 0) return;
      const fresh = messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
      for (const { MessageId = '', ReceiptHandle = '' } of messages) {
        seen.add(MessageId);
        this.#held.add(ReceiptHandle);
      }
      // Only letters that were here before: their time of hiding is over, and the whole queue has gone by.
      if (fresh.length === 0) return;
      yield fresh.map((message) => readDeadLetter(name, message));
    }
  }

  /** Deletes letters for good. Returns the places in `receipts` that SQS would not delete. */
  async remove(receipts: readonly string[]): Promise<number[]> {
    const left: number[] = [];
    for (let start = 0; start < receipts.length; start += SQS_LIMITS.batchEntries) {
      const some = receipts.slice(start, start + SQS_LIMITS.batchEntries);
      const failures = await this.#api.deleteBatch(this.#address.deadLetterUrl, some);
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
    const receipts = [...this.#held];
    this.#held.clear();
    for (let start = 0; start < receipts.length; start += SQS_LIMITS.batchEntries) {
      const some = receipts.slice(start, start + SQS_LIMITS.batchEntries);
      // What fails here shows by itself when its time of hiding is over.
      await this.#api.changeVisibilityBatch(
        this.#address.deadLetterUrl,
        some.map((receipt) => ({ receipt, seconds: 0 })),
      );
    }
  }
}
