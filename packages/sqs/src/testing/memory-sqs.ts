import type { Message } from '@aws-sdk/client-sqs';
import type { Clock } from '@postern/runtime';
import { queueNames } from '../client/open-queues.ts';
import { QueueDirectory } from '../client/queue-directory.ts';
import { type BatchFailure, type ReceiveOptions, type SendEntry, SqsApi } from '../client/sqs-api.ts';
import { MemoryQueue } from './memory-queue.ts';

export type MemoryCall = 'receive' | 'send' | 'delete' | 'visibility';

export interface MemorySqsOptions {
  /** Names of the queues, as for `openQueues`; each has its dead-letter queue. */
  names: readonly string[];
  clock: Clock;
  maxReceiveCount?: number;
}

/**
 * An SQS in memory whose time is a clock's: the real consumer and sender run on it, and a test says when messages are
 * doubled, change places, lose their leases, or when calls fail. Nothing in it waits for real time.
 */
export class MemorySqs extends SqsApi {
  readonly queues: QueueDirectory;
  readonly #clock: Clock;
  readonly #byUrl = new Map<string, MemoryQueue>();
  readonly #failures = new Map<MemoryCall, Error[]>();
  #arrived = Promise.withResolvers<void>();
  /** Calls so far, by kind. */
  readonly calls: Record<MemoryCall, number> = { receive: 0, send: 0, delete: 0, visibility: 0 };

  constructor({ names, clock, maxReceiveCount = 100 }: MemorySqsOptions) {
    super();
    this.#clock = clock;
    const now = () => clock.now().getTime();
    const addresses = names.map((name) => {
      const { queue, dead } = queueNames('', name);
      const fifo = name.endsWith('.fifo');
      const deadLetters = new MemoryQueue({
        name: dead,
        fifo,
        maxReceiveCount: Number.POSITIVE_INFINITY,
        now,
        deadLetters: undefined,
      });
      this.#byUrl.set(`memory:${dead}`, deadLetters);
      this.#byUrl.set(`memory:${queue}`, new MemoryQueue({ name: queue, fifo, maxReceiveCount, now, deadLetters }));
      return {
        name,
        url: `memory:${queue}`,
        deadLetterUrl: `memory:${dead}`,
        fifo,
        retentionSeconds: 345_600,
        maxReceiveCount,
      };
    });
    this.queues = new QueueDirectory(addresses);
  }

  /** The queue itself: to look into it, or to make it misbehave. */
  queue(name: string): MemoryQueue {
    return this.#at(this.queues.get(name).url);
  }

  deadLetters(name: string): MemoryQueue {
    return this.#at(this.queues.get(name).deadLetterUrl);
  }

  /** Makes the next call of this kind fail as a whole. */
  failNext(call: MemoryCall, error: Error = new Error(`The network ate a ${call}`)): void {
    this.#failures.set(call, [...(this.#failures.get(call) ?? []), error]);
  }

  /** Wakes open receives, after a command made messages visible. */
  wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers<void>();
  }

  override async receive(url: string, options: ReceiveOptions): Promise<Message[]> {
    this.#begin('receive');
    const queue = this.#at(url);
    const end = this.#clock.now().getTime() + options.waitSeconds * 1_000;
    for (;;) {
      options.signal?.throwIfAborted();
      const messages = queue.receive(options.max, options.visibilitySeconds);
      const now = this.#clock.now().getTime();
      if (messages.length > 0 || now >= end) return messages;
      await this.#waitUntil(Math.min(end, queue.nextVisibleAt), options.signal);
    }
  }

  override async sendBatch(url: string, entries: readonly SendEntry[]): Promise<BatchFailure[]> {
    this.#begin('send');
    for (const entry of entries) this.#at(url).send(entry);
    this.wake();
    return [];
  }

  override async deleteBatch(url: string, receipts: readonly string[]): Promise<BatchFailure[]> {
    this.#begin('delete');
    for (const receipt of receipts) this.#at(url).delete(receipt);
    this.wake();
    return [];
  }

  override async changeVisibilityBatch(
    url: string,
    entries: readonly { receipt: string; seconds: number }[],
  ): Promise<BatchFailure[]> {
    this.#begin('visibility');
    const queue = this.#at(url);
    const failures = entries.flatMap(({ receipt, seconds }, index): BatchFailure[] =>
      queue.changeVisibility(receipt, seconds)
        ? []
        : [{ index, code: 'ReceiptHandleIsInvalid', message: 'The receipt is stale' }],
    );
    this.wake();
    return failures;
  }

  override async depth(url: string): Promise<{ visible: number; inFlight: number; delayed: number }> {
    return this.#at(url).depth;
  }

  #at(url: string): MemoryQueue {
    const queue = this.#byUrl.get(url);
    if (!queue) throw new Error(`No queue at ${url}`);
    return queue;
  }

  #begin(call: MemoryCall): void {
    this.calls[call] += 1;
    const failure = this.#failures.get(call)?.shift();
    if (failure) throw failure;
  }

  async #waitUntil(at: number, signal: AbortSignal | undefined): Promise<void> {
    const done = new AbortController();
    const abort = () => done.abort();
    signal?.addEventListener('abort', abort, { once: true });
    const slept = this.#clock.sleep(Math.max(1, at - this.#clock.now().getTime()), done.signal).catch(() => {});
    await Promise.race([slept, this.#arrived.promise]);
    done.abort();
    signal?.removeEventListener('abort', abort);
  }
}
