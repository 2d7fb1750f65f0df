import type { QueueAddress } from '../client/queue-directory.ts';
import { SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import { type HeldLetter, readDeadLetter } from './dead-letter-format.ts';

const MIN_HOLD_SECONDS = 20;
/** For so long a process that was killed keeps letters from others. */
const MAX_HOLD_SECONDS = 900;
/** Letters a second that a scan looks at over slow calls (200 ms each), and some to spare. */
const SLOWEST = 20;
/** Calls at a time by which letters are held longer or given back: one after the other they would take all the time where there are thousands. */
const HIDING_AT_ONCE = 8;

interface ScanOptions {
  api: SqsApi;
  address: QueueAddress;
  /** How long the receive that finds the end of the queue waits, in seconds. */
  waitSeconds: number;
  /**
   * How long letters stay hidden at a time, in seconds; they are held longer when half of it is over, and given back at the end. So long a
   * process that was killed keeps them from others.
   */
  holdSeconds: number;
  /** Ends the scan before its next look, with its reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}

/**
 * Goes through a dead-letter queue. SQS has no way to look without receiving: each letter is hidden from others while the
 * scan is under way, and whatever was not removed is given back at its end. On a FIFO queue SQS hands out about ten of a
 * group at a time; the rest of a group shows once those are gone.
 */
export class DeadLetterScan {
  readonly #options: ScanOptions & { now: () => number };
  readonly #seen = new Set<string>();
  /** Receipts, and when it was asked for what hides them. */
  readonly #held = new Map<string, number>();

  constructor(options: ScanOptions) {
    this.#options = { now: () => performance.now(), ...options };
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
    const { api, address, now, holdSeconds, signal } = this.#options;
    signal?.throwIfAborted();
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
    const { error } = await this.#hide(due, holdSeconds);
    if (error !== undefined) throw error;
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

  /** Shows to others again what was not removed. Does not throw: returns how many stay hidden until their time is over. */
  async giveBack(): Promise<number> {
    const receipts = [...this.#held.keys()];
    this.#held.clear();
    return (await this.#hide(receipts, 0)).failed;
  }

  /** Every ten of them, whatever becomes of others. */
  async #hide(receipts: readonly string[], seconds: number): Promise<{ failed: number; error?: unknown }> {
    const { api, address } = this.#options;
    const result: { failed: number; error?: unknown } = { failed: 0 };
    const hideTen = async (ten: readonly string[]) => {
      try {
        const entries = ten.map((receipt) => ({ receipt, seconds }));
        const failures = await api.changeVisibilityBatch(address.deadLetterUrl, entries);
        // Its hold was over, and it may be somebody else's by now: it is not ours to give back.
        for (const { index } of failures) this.#held.delete(ten[index] ?? '');
      } catch (error) {
        result.failed += ten.length;
        result.error ??= error;
      }
    };
    const tens = chunks(receipts, SQS_LIMITS.batchEntries);
    for (const some of chunks(tens, HIDING_AT_ONCE)) await Promise.all(some.map(hideTen));
    return result;
  }
}

/**
 * For how many seconds a scan of so many letters hides each: long enough that few have to be held longer while it goes on. Holding thousands longer, ten a
 * call, takes all of its time, and those that show again meanwhile pass for the end of the queue.
 */
export function holdFor(letters: number): number {
  return Math.min(MAX_HOLD_SECONDS, Math.max(MIN_HOLD_SECONDS, Math.ceil(letters / SLOWEST)));
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
