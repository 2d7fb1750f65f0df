import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock, Metrics } from '@postern/runtime';
import { FoundUrls } from '../client/found-urls.ts';
import { queueNames } from '../client/open-queues.ts';
import { SQS_LIMITS } from '../client/sqs-api.ts';
import { toSqsApi } from '../client/to-sqs-api.ts';

interface DeadLetterGaugesOptions {
  /** As for `openQueues`. */
  prefix: string;
  names: readonly string[];
  metrics: Metrics;
  /** Given, the age of the oldest is read too: that takes the right to receive from the dead-letter queues. */
  ages?: Clock;
}

/**
 * Gauges of what lies in the dead-letter queues, read from SQS at each scrape by every process that has them: they show a dead letter
 * whoever made it (SQS's own redrive too), of whatever type, and whoever has died since. Counters cannot: theirs begin with the first.
 *
 * - `queue_dead_letters{queue}`: how many, about.
 * - `queue_dead_letters_oldest_seconds{queue}`: since when the oldest of those that SQS shows (ten of them) is there; 0 when it is empty.
 *
 * A queue that does not exist (yet) has no series. It needs `sqs:GetQueueUrl` and `sqs:GetQueueAttributes`, and `sqs:ReceiveMessage` for ages.
 */
export class DeadLetterGauges {
  readonly #client: SQSClient;
  readonly #options: DeadLetterGaugesOptions;
  readonly #urls: FoundUrls;
  /** When the oldest letter of a queue was sent, in milliseconds since 1970, as far as it was seen. */
  readonly #oldest = new Map<string, number>();
  #reading: Promise<Map<string, number>> | undefined;

  constructor(client: SQSClient, options: DeadLetterGaugesOptions) {
    this.#client = client;
    this.#urls = new FoundUrls(client);
    this.#options = options;
    const { metrics, ages } = options;
    metrics.gauge('queue_dead_letters', 'Messages in the dead-letter queue', ['queue'], async (gauge) => {
      for (const [queue, depth] of await this.#depths()) gauge.set({ queue }, depth);
    });
    if (!ages) return;
    metrics.gauge(
      'queue_dead_letters_oldest_seconds',
      'How long the oldest message has been in the dead-letter queue',
      ['queue'],
      async (gauge) => {
        await Promise.all(
          [...(await this.#depths())].map(async ([queue, depth]) =>
            gauge.set({ queue }, depth === 0 ? 0 : await this.#ageSeconds(queue, ages)),
          ),
        );
      },
    );
  }

  /** One question to each queue for both gauges of a scrape. */
  #depths(): Promise<Map<string, number>> {
    this.#reading ??= this.#readDepths().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readDepths(): Promise<Map<string, number>> {
    const api = toSqsApi(this.#client);
    const depths = await Promise.all(
      this.#options.names.map(async (name): Promise<[string, number] | undefined> => {
        const url = await this.#urlOf(name);
        if (url === undefined) return undefined;
        const { visible, inFlight, delayed } = await api.depth(url);
        const depth = visible + inFlight + delayed;
        if (depth === 0) this.#oldest.delete(name);
        return [name, depth];
      }),
    );
    return new Map(depths.filter((depth) => depth !== undefined));
  }

  /**
   * Looks without hiding: what is received for no time at all is there for an operator at once. And without waiting: a scrape has
   * little time. SQS then asks only some of its servers, and what it does not show this time it showed the last, or shows the next.
   */
  async #ageSeconds(name: string, clock: Clock): Promise<number> {
    const url = await this.#urlOf(name);
    if (url === undefined) return 0;
    const looked = { max: SQS_LIMITS.batchEntries, waitSeconds: 0, visibilitySeconds: 0 };
    const letters = await toSqsApi(this.#client).receive(url, looked);
    const times = letters.map(({ Attributes }) => Number(Attributes?.SentTimestamp)).filter(Number.isFinite);
    // An operator looks through them at the moment: they were not seen, and are still there.
    if (times.length > 0) this.#oldest.set(name, Math.min(...times));
    const oldest = this.#oldest.get(name);
    return oldest === undefined ? 0 : Math.max(0, (clock.now().getTime() - oldest) / 1_000);
  }

  #urlOf(name: string): Promise<string | undefined> {
    return this.#urls.of(queueNames(this.#options.prefix, name).dead);
  }
}
