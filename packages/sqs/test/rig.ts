import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import {
  type ConsumerOptions,
  fromWire,
  openQueues,
  QueueConsumer,
  type QueueDirectory,
  type ReceivedMessage,
  SqsSender,
  toSqsApi,
} from '../src/index.ts';
import { PATIENCE, type TestSqs, testSqs } from '../src/testing/index.ts';

export const message = (id: string, extra = {}) => ({
  id,
  type: 'thing.happened',
  body: JSON.stringify({ id }),
  ...extra,
});

/** A real SQS server, and for each test a fresh queue of it with a sender and a consumer. */
export class Rig {
  readonly sqs: TestSqs;
  queues!: QueueDirectory;
  sender!: SqsSender;
  #consumer: QueueConsumer | undefined;
  #round = 0;

  private constructor(sqs: TestSqs) {
    this.sqs = sqs;
  }

  static async start(): Promise<Rig> {
    return new Rig(await testSqs());
  }

  /** A fresh queue and a consumer of it, that records what its handler sees. */
  async open(options: Partial<ConsumerOptions> = {}) {
    this.#round += 1;
    const { client, prefix } = this.sqs;
    this.queues = await openQueues(client, { prefix: `${prefix}${this.#round}-`, names: ['events'], create: true });
    this.sender = new SqsSender(client, this.queues);
    const seen: ReceivedMessage[] = [];
    const { handler = async () => {}, ...rest } = options;
    const consumer = new QueueConsumer(client, this.queues, {
      queue: 'events',
      handler: async (one) => {
        seen.push(one);
        await handler(one);
      },
      pollWaitSeconds: 1,
      logger: new MemoryLogger(),
      ...PATIENCE,
      ...rest,
    });
    this.#consumer = consumer;
    return { seen, consumer };
  }

  /** Ends the consumer of the test that was. */
  async reset(): Promise<void> {
    await this.#consumer?.stop({ deadlineMs: 2_000 });
    this.#consumer = undefined;
  }

  /** Takes what is in the dead-letter queue. */
  async deadLetters(count: number) {
    const api = toSqsApi(this.sqs.client);
    const found: { body: string; attributes: Record<string, string> }[] = [];
    await until(async () => {
      const options = { max: 10, waitSeconds: 1, visibilitySeconds: 60 };
      for (const raw of await api.receive(this.queues.get('events').deadLetterUrl, options)) {
        found.push({ body: raw.Body ?? '', attributes: fromWire(raw.MessageAttributes) });
      }
      return found.length >= count;
    });
    return found;
  }

  depth() {
    return toSqsApi(this.sqs.client).depth(this.queues.get('events').url);
  }

  empty = async (): Promise<boolean> => {
    const { visible, inFlight, delayed } = await this.depth();
    return visible + inFlight + delayed === 0;
  };
}
