import { PurgeQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Clock, type Logger, SystemClock } from '@postern/runtime';
import type { QueueAddress, QueueDirectory } from '../client/queue-directory.ts';
import { SdkSqsApi } from '../client/sdk-sqs-api.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { refusedCharacter } from '../client/sqs-text.ts';
import { FRAME_ENCODING } from '../frames/frame.ts';
import type { DeadLetter, HeldLetter } from './dead-letter.ts';
import { type DeadLetterFilter, matches } from './dead-letter-filter.ts';
import { DeadLetterScan } from './dead-letter-scan.ts';
import { bySize, digest, toEntry } from './letter-entry.ts';
import { type MoveProgress, moveAll } from './move-task.ts';

export interface DeadLettersOptions {
  logger: Logger;
  clock?: Clock;
  /**
   * How long the receive that finds the end of a queue waits, in seconds (default 1). On AWS one that does not wait asks
   * only some of SQS's servers and may miss letters; elsewhere 0 will do.
   */
  waitSeconds?: number;
}

export interface RetryReport {
  /** Letters sent back to their queue. */
  retried: number;
  /** Letters that stay where they are, with SQS's reason. */
  failed: { id: string; why: string }[];
}

/** An operator's intervention went against something that only the operator can change. */
export class DeadLetterError extends Error {
  override name = 'DeadLetterError';
}

/**
 * What operators do with messages that were given up. Each keeps its id, so that whatever had succeeded before is not done
 * twice when it comes back (see `Inbox`). Everything that changes something leaves a line in the log, with who did it.
 */
export class DeadLetters {
  readonly #client: SQSClient;
  readonly #api: SqsApi;
  readonly #queues: QueueDirectory;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #waitSeconds: number;

  constructor(client: SQSClient, queues: QueueDirectory, options: DeadLettersOptions) {
    this.#client = client;
    this.#api = new SdkSqsApi(client);
    this.#queues = queues;
    this.#logger = options.logger;
    this.#clock = options.clock ?? new SystemClock();
    this.#waitSeconds = options.waitSeconds ?? 1;
  }

  /** The names of the queues that may have dead letters. */
  get queues(): string[] {
    return this.#queues.names;
  }

  /** About how many letters each queue has; SQS counts them eventually. */
  async counts(): Promise<{ queue: string; letters: number }[]> {
    return Promise.all(
      this.queues.map(async (queue) => {
        const { visible, inFlight, delayed } = await this.#api.depth(this.#queues.get(queue).deadLetterUrl);
        return { queue, letters: visible + inFlight + delayed };
      }),
    );
  }

  /** The first letters that fit, `limit` at most. They are hidden from others for the moment this takes. */
  async list(queue: string, filter: DeadLetterFilter = {}, limit = 50): Promise<DeadLetter[]> {
    return this.#scan(this.#queues.get(queue), async (scan) => {
      const found: DeadLetter[] = [];
      for await (const batch of scan.batches()) {
        found.push(...batch.map(({ letter }) => letter).filter((letter) => matches(letter, filter)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  /** One letter with its body. */
  async show(queue: string, id: string): Promise<DeadLetter | undefined> {
    return (await this.list(queue, { ids: [id] }, 1))[0];
  }

  /**
   * Sends the letters that fit back to their queue, their attempts beginning at 1. A letter is deleted after it was sent: a
   * crash between the two leaves it in both, and its repeat does nothing.
   */
  async retry(
    queue: string,
    filter: DeadLetterFilter,
    { by, onProgress }: { by: string; onProgress?: (retried: number) => void },
  ): Promise<RetryReport> {
    const address = this.#queues.get(queue);
    const report: RetryReport = { retried: 0, failed: [] };
    await this.#scan(address, async (scan) => {
      for await (const batch of scan.batches()) {
        const wanted = batch.filter(({ letter }) => matches(letter, filter));
        if (wanted.length > 0) await this.#sendBack(address, scan, wanted, report);
        onProgress?.(report.retried);
        if (filter.ids && report.retried + report.failed.length >= filter.ids.length) break;
      }
    });
    this.#logger.info('dead letters retried', {
      queue,
      by,
      filter,
      retried: report.retried,
      failed: report.failed.length,
    });
    return report;
  }

  /**
   * Sends every letter back, by SQS's own move task where there is one, so that it goes on without this process.
   *
   * @param options.perSecond how many a second at most, where SQS moves them (1 to 500)
   */
  async redriveAll(
    queue: string,
    {
      by,
      perSecond,
      onProgress = () => undefined,
    }: { by: string; perSecond?: number; onProgress?: (progress: MoveProgress) => void },
  ): Promise<MoveProgress> {
    const address = this.#queues.get(queue);
    this.#logger.info('dead letters are being redriven', { queue, by });
    const rate = perSecond === undefined ? {} : { perSecond };
    const moved = await moveAll(this.#client, address, { ...rate, clock: this.#clock, onProgress });
    if (moved) return moved;
    const total = (await this.counts()).find((count) => count.queue === queue)?.letters;
    const { retried } = await this.retry(queue, {}, { by, onProgress: (count) => onProgress({ moved: count, total }) });
    return { moved: retried, total };
  }

  /**
   * Sends one letter back with another body, under the same id: listeners that had succeeded with the old one do not run
   * again. The log keeps who did it and the digests of both bodies, never their text.
   *
   * @param change makes the new body of the old one; throws when it cannot
   * @throws DeadLetterError when there is no such letter, it is a frame, or SQS would refuse the new body
   */
  async editAndRetry(
    queue: string,
    id: string,
    change: (body: string) => string,
    { by }: { by: string },
  ): Promise<void> {
    const address = this.#queues.get(queue);
    await this.#scan(address, async (scan) => {
      const held = await find(scan, id);
      if (!held) throw new DeadLetterError(`queue ${queue} has no dead letter ${id}: it may have been retried already`);
      const { letter, receipt } = held;
      if (letter.encoding === FRAME_ENCODING) {
        throw new DeadLetterError(
          `${id} is a frame of ${letter.messages} messages: retry it, then edit what comes back`,
        );
      }
      const body = change(letter.body);
      const place = refusedCharacter(body);
      if (place >= 0) throw new DeadLetterError(`SQS takes no control character, and the new body has one at ${place}`);
      const report: RetryReport = { retried: 0, failed: [] };
      await this.#sendBack(address, scan, [{ letter: { ...letter, body }, receipt }], report);
      const [failure] = report.failed;
      if (failure) throw new DeadLetterError(`SQS did not take the new body of ${id}: ${failure.why}`);
      const digests = { before_sha256: digest(letter.body), after_sha256: digest(body) };
      this.#logger.info('dead letter edited and retried', { queue, message_id: id, type: letter.type, by, ...digests });
    });
  }

  /** Deletes the letters that fit, for good. Returns how many. */
  async remove(queue: string, filter: DeadLetterFilter, { by }: { by: string }): Promise<number> {
    let removed = 0;
    await this.#scan(this.#queues.get(queue), async (scan) => {
      for await (const batch of scan.batches()) {
        const receipts = batch.filter(({ letter }) => matches(letter, filter)).map(({ receipt }) => receipt);
        removed += receipts.length - (await scan.remove(receipts)).length;
      }
    });
    this.#logger.info('dead letters removed', { queue, by, filter, removed });
    return removed;
  }

  /** Deletes all letters of a queue, for good. SQS allows it once a minute, and takes up to a minute. */
  async purge(queue: string, { by }: { by: string }): Promise<void> {
    await this.#client.send(new PurgeQueueCommand({ QueueUrl: this.#queues.get(queue).deadLetterUrl }));
    this.#logger.info('dead letters purged', { queue, by });
  }

  async #scan<T>(address: QueueAddress, work: (scan: DeadLetterScan) => Promise<T>): Promise<T> {
    const scan = new DeadLetterScan(this.#api, address, this.#waitSeconds);
    try {
      return await work(scan);
    } finally {
      await scan.giveBack();
    }
  }

  async #sendBack(address: QueueAddress, scan: DeadLetterScan, held: HeldLetter[], report: RetryReport): Promise<void> {
    for (const some of bySize(held)) {
      const failures = await this.#api.sendBatch(
        address.url,
        some.map(({ letter }) => toEntry(letter, address.fifo)),
      );
      const failed = new Map(failures.map(({ index, message }) => [index, message]));
      const sent = some.filter((_, index) => !failed.has(index));
      for (const [index, why] of failed) report.failed.push({ id: some[index]?.letter.id ?? '', why });
      report.retried += sent.length;
      const left = await scan.remove(sent.map(({ receipt }) => receipt));
      for (const index of left) {
        const message_id = sent[index]?.letter.id;
        this.#logger.warn('a retried dead letter could not be deleted and will show again', { message_id });
      }
    }
  }
}

async function find(scan: DeadLetterScan, id: string): Promise<HeldLetter | undefined> {
  for await (const batch of scan.batches()) {
    const held = batch.find(({ letter }) => letter.id === id);
    if (held) return held;
  }
  return undefined;
}
