import { randomBytes } from 'node:crypto';
import { type DataOf, type Envelope, EnvelopeReader, events, GATEWAY, type MessageDefinition } from '@postern/events';
import { MemoryLogger, SecretRing } from '@postern/runtime';
import { openQueues, QueueConsumer } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';

interface Waiter {
  matches: (envelope: Envelope) => boolean;
  resolve: (envelope: Envelope) => void;
}

/** Consumes the events queue as a worker would, and keeps what came. */
export class EventWatch {
  readonly sqs: TestSqs;
  readonly envelopes: Envelope[] = [];
  /** What the gateway signs with. */
  readonly keys = SecretRing.of(randomBytes(32));
  readonly #waiters: Waiter[] = [];
  #consumer: QueueConsumer | undefined;

  private constructor(sqs: TestSqs) {
    this.sqs = sqs;
  }

  static async start(): Promise<EventWatch> {
    const sqs = await testSqs();
    const watch = new EventWatch(sqs);
    const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
    const reader = new EnvelopeReader(events, { [GATEWAY]: watch.keys });
    watch.#consumer = new QueueConsumer(sqs.client, queues, {
      queue: 'events',
      pollWaitSeconds: 1,
      logger: new MemoryLogger(),
      handler: async ({ body }) => watch.#arrived(reader.read(body).envelope),
    });
    await watch.#consumer.start();
    return watch;
  }

  /** The data of the first event of this kind that matches, had already or awaited. */
  async next<Definition extends MessageDefinition>(
    definition: Definition,
    matches: (data: DataOf<Definition>) => boolean,
  ): Promise<DataOf<Definition>> {
    const fits = ({ type, data }: Envelope) => type === definition.type && matches(data as DataOf<Definition>);
    const { promise, resolve } = Promise.withResolvers<Envelope>();
    const had = this.envelopes.find(fits);
    if (had) resolve(had);
    else this.#waiters.push({ matches: fits, resolve });
    return (await promise).data as DataOf<Definition>;
  }

  /** All data of this kind that has come so far. */
  all<Definition extends MessageDefinition>(definition: Definition): DataOf<Definition>[] {
    return this.envelopes.filter(({ type }) => type === definition.type).map(({ data }) => data as DataOf<Definition>);
  }

  async close(): Promise<void> {
    await this.#consumer?.stop({ deadlineMs: 5_000 });
    await this.sqs.close();
  }

  /** One that SQS gives a second time, after this process stood still for longer than its lease, has come once. */
  #arrived(envelope: Envelope): void {
    if (this.envelopes.some(({ id }) => id === envelope.id)) return;
    this.envelopes.push(envelope);
    for (const { matches, resolve } of this.#waiters) if (matches(envelope)) resolve(envelope);
  }
}
