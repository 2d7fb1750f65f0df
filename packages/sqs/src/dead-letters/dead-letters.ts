import { PurgeQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Clock, type Logger, SystemClock } from '@postern/runtime';
import type { QueueAddress, QueueDirectory } from '../client/queue-directory.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { refusedCharacter, toSqsBody } from '../client/sqs-text.ts';
import { toSqsApi } from '../client/to-sqs-api.ts';
import { FRAME_ENCODING } from '../frames/frame.ts';
import { type DeadLetterFilter, matches } from './dead-letter-filter.ts';
import type { DeadLetter, HeldLetter } from './dead-letter-format.ts';
import { toEntry } from './dead-letter-format.ts';
import { DeadLetterScan, holdFor } from './dead-letter-scan.ts';
import { digest } from './letter-batches.ts';
import { LetterRetry, type RetryOptions, type RetryReport } from './letter-retry.ts';
import { startingPoint } from './starting-point.ts';

interface DeadLettersOptions {
  logger: Logger;
  clock?: Clock;
  /**
   * How long the receive that finds the end of a queue waits, in seconds (default 1). On AWS one that does not wait asks
   * only some of SQS's servers and may miss letters; elsewhere 0 will do.
   */
  waitSeconds?: number;
  /**
   * How long the first letters that are sent back are watched for dying again before the others follow, in seconds (default
   * 3; 0 to 20). Longer finds causes that take longer to show.
   */
  probeSeconds?: number;
  /** Ends what goes through a queue, or sends back, with its reason: whoever breaks a command off is not to leave thousands of letters hidden. */
  signal?: AbortSignal;
}

/** SQS counts eventually: a queue that says it has fewer may have these. */
const COUNT_SLACK = 10;
/** A pass ends at last where letters die as fast as it looks at them. */
const NEWCOMERS = 1_000;

/** An operator's intervention went against something that only the operator can change. */
export class DeadLetterError extends Error {
  override name = 'DeadLetterError';
}

/** It is not among those that were seen. */
export class NoSuchLetterError extends DeadLetterError {
  override name = 'NoSuchLetterError';

  constructor(queue: string, id: string) {
    const unseen = queue.endsWith('.fifo') ? ', or be behind the first ten of its group, which SQS shows alone' : '';
    super(`queue ${queue} has no dead letter ${id}: it may have been retried already${unseen}`);
  }
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
  readonly #probeSeconds: number;
  readonly #signal: AbortSignal | undefined;

  constructor(client: SQSClient, queues: QueueDirectory, options: DeadLettersOptions) {
    this.#client = client;
    this.#api = toSqsApi(client);
    this.#queues = queues;
    this.#logger = options.logger;
    this.#clock = options.clock ?? new SystemClock();
    this.#waitSeconds = options.waitSeconds ?? 1;
    this.#probeSeconds = options.probeSeconds ?? 3;
    this.#signal = options.signal;
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
    const address = this.#queues.get(queue);
    // Without a filter the first ones will do; with one it may take the whole queue.
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const letters = isFiltered ? (await startingPoint(this.#client, address.deadLetterUrl)).letters : limit;
    return this.#scan(address, letters, async (scan) => {
      const found: DeadLetter[] = [];
      for await (const batch of scan.batches()) {
        found.push(...batch.map(({ letter }) => letter).filter((letter) => matches(letter, filter)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  /**
   * Goes through a queue and hands over what it sees, by tens; letters that `decide` names are deleted. What it sees stays hidden for
   * as long as it goes on, and is given back at the end.
   *
   * @param most about how many letters it looks at
   * @param decide those of them that are to go: of two copies of one message, perhaps the older one alone
   * @returns how many were looked at, and whether they were all that SQS counted when it began, none of which was held by anybody then:
   *   what has died since stands in for none of them
   */
  async pass(
    queue: string,
    decide: (letters: readonly DeadLetter[]) => Promise<ReadonlySet<DeadLetter>>,
    { most = Number.POSITIVE_INFINITY, signal }: { most?: number; signal?: AbortSignal } = {},
  ): Promise<{ looked: number; isWhole: boolean; removed: number }> {
    const address = this.#queues.get(queue);
    const { letters: total, held, notBefore } = await startingPoint(this.#client, address.deadLetterUrl);
    const done = { looked: 0, removed: 0 };
    let ofBefore = 0;
    const work = async (scan: DeadLetterScan) => {
      const goesOn = () => ofBefore < total + COUNT_SLACK && done.looked < Math.min(most, 2 * total + NEWCOMERS);
      while (goesOn() && !signal?.aborted) {
        const { received, fresh } = await scan.next(ofBefore < total ? this.#waitSeconds : 0);
        if (received === 0 || fresh.length === 0) break;
        done.looked += fresh.length;
        ofBefore += fresh.filter(({ letter }) => notBefore === undefined || letter.sentAt <= notBefore).length;
        const gone = await decide(fresh.map(({ letter }) => letter));
        const receipts = fresh.filter(({ letter }) => gone.has(letter)).map(({ receipt }) => receipt);
        done.removed += receipts.length - (await scan.remove(receipts)).length;
      }
    };
    await this.#scan(address, Math.min(most, total), work);
    // Those that SQS itself has moved are dated by when they were sent first: only where nobody held any is the count of the others right.
    return { ...done, isWhole: held === 0 && ofBefore >= total };
  }

  async show(queue: string, id: string): Promise<DeadLetter | undefined> {
    return (await this.list(queue, { ids: [id] }, 1))[0];
  }

  /**
   * Sends the letters that fit back to their queue, their attempts beginning at 1. A letter is deleted after it was sent: a
   * crash between the two leaves it in both, and its repeat does nothing. Each goes back once: what was not there at the
   * start is left, and when the first ones die again nothing more is sent.
   */
  async retry(queue: string, filter: DeadLetterFilter, options: RetryOptions): Promise<RetryReport> {
    const address = this.#queues.get(queue);
    const start = await startingPoint(this.#client, address.deadLetterUrl);
    return this.#scan(address, start.letters, async (scan) => {
      const parts = {
        ...{ api: this.#api, address, scan, start, clock: this.#clock, signal: this.#signal },
        ...{ waitSeconds: this.#waitSeconds, probeSeconds: this.#probeSeconds },
        undeleted: (message_id: string) =>
          this.#logger.warn('a retried dead letter could not be deleted and will show again', { queue, message_id }),
      };
      const work = new LetterRetry(parts, options, ({ letter }) => matches(letter, filter));
      try {
        return await work.run(filter.ids?.length);
      } finally {
        // Also of one that was broken off: what was sent until then was sent.
        const { by, dryRun } = options;
        const { retried, failed, diedAgain, stopped } = work.report;
        const counts = { retried, failed: failed.length, died_again: diedAgain, stopped };
        if (!dryRun) this.#logger.info('dead letters retried', { queue, by, filter: loggable(filter), ...counts });
      }
    });
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
    const { letters } = await startingPoint(this.#client, address.deadLetterUrl);
    await this.#scan(address, letters, async (scan) => {
      const held = await find(scan, id);
      if (!held) throw new NoSuchLetterError(queue, id);
      const { letter, receipt } = held;
      if (letter.encoding === FRAME_ENCODING) {
        throw new DeadLetterError(
          `${id} is a frame of ${letter.messages} messages: retry it, then edit what comes back`,
        );
      }
      const body = toSqsBody(change(letter.body));
      const place = refusedCharacter(body);
      if (place >= 0)
        throw new DeadLetterError(`SQS accepts no control characters, and the new body has one at ${place}`);
      const [failure] = await this.#api.sendBatch(address.url, [toEntry({ ...letter, body }, address.fifo)]);
      if (failure) throw new DeadLetterError(`SQS rejected the new body of ${id}: ${failure.message}`);
      await scan.remove([receipt]);
      const digests = { before_sha256: digest(letter.body), after_sha256: digest(body) };
      this.#logger.info('dead letter edited and retried', { queue, message_id: id, type: letter.type, by, ...digests });
    });
  }

  /** Deletes the letters that fit, for good. Returns how many. */
  async remove(
    queue: string,
    filter: DeadLetterFilter,
    { by, limit = Number.POSITIVE_INFINITY, dryRun = false }: { by: string; limit?: number; dryRun?: boolean },
  ): Promise<number> {
    const address = this.#queues.get(queue);
    const { at, letters } = await startingPoint(this.#client, address.deadLetterUrl);
    let removed = 0;
    await this.#scan(address, letters, async (scan) => {
      for await (const batch of scan.batches()) {
        const fitting = batch.filter(
          ({ letter }) => (at === undefined || letter.sentAt <= at) && matches(letter, filter),
        );
        const receipts = fitting.map(({ receipt }) => receipt).slice(0, limit - removed);
        removed += receipts.length - (dryRun ? 0 : (await scan.remove(receipts)).length);
        if (removed >= limit) break;
      }
    });
    if (!dryRun) this.#logger.info('dead letters removed', { queue, by, filter: loggable(filter), removed });
    return removed;
  }

  /** Deletes all letters of a queue, for good. SQS allows it once a minute, and takes up to a minute. */
  async purge(queue: string, { by }: { by: string }): Promise<void> {
    await this.#client.send(new PurgeQueueCommand({ QueueUrl: this.#queues.get(queue).deadLetterUrl }));
    this.#logger.info('dead letters purged', { queue, by });
  }

  /** @param letters how many it may look at: the more, the longer each is held at a time */
  async #scan<T>(address: QueueAddress, letters: number, work: (scan: DeadLetterScan) => Promise<T>): Promise<T> {
    const holdSeconds = holdFor(letters);
    const parts = { api: this.#api, address, waitSeconds: this.#waitSeconds, signal: this.#signal };
    const scan = new DeadLetterScan({ ...parts, holdSeconds });
    try {
      return await work(scan);
    } finally {
      const hidden = await scan.giveBack();
      if (hidden > 0) {
        const left = { queue: address.name, letters: hidden, for_seconds: holdSeconds };
        this.#logger.warn('dead letters stay hidden for a while: SQS could not be asked to show them again', left);
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

/** What somebody searched bodies for may be an address, which no log has. */
function loggable({ text, ...filter }: DeadLetterFilter): DeadLetterFilter {
  return text === undefined ? filter : { ...filter, text: '(hidden)' };
}
