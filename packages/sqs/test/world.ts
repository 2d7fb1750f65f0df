import { Clock, FakeClock, MemoryLogger } from '@postern/runtime';
import { type ConsumerOptions, QueueConsumer, type ReceivedMessage, SqsSender } from '../src/index.ts';
import { MemorySqs } from '../src/testing/index.ts';

/** Lets everything that can run without time passing do so. */
export async function turns(count = 8): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** The clock of SQS, which nobody sets with the others. */
class SqsClock extends Clock {
  readonly #clock: FakeClock;
  constructor(clock: FakeClock) {
    super();
    this.#clock = clock;
  }
  override now(): Date {
    return new Date(this.#clock.monotonic());
  }
  override monotonic(): number {
    return this.#clock.monotonic();
  }
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }
}

/** An SQS in memory that takes no dead letter while it is full. */
export class FullDeadLetters extends MemorySqs {
  full = true;

  override async sendBatch(...[url, entries]: Parameters<MemorySqs['sendBatch']>) {
    if (this.full && url === this.queues.get('events').deadLetterUrl) throw new Error('no room');
    return super.sendBatch(url, entries);
  }
}

/** An SQS in memory, a clock that a test owns, a sender, and a consumer that records what its handler sees. */
export class World {
  readonly clock = new FakeClock();
  readonly sqs: MemorySqs;
  readonly sender: SqsSender;
  readonly logger = new MemoryLogger();
  readonly seen: ReceivedMessage[] = [];
  readonly queue: string;
  consumer: QueueConsumer;
  readonly #options: Partial<ConsumerOptions>;

  constructor(options: Partial<ConsumerOptions> = {}, sqs?: (clock: FakeClock) => MemorySqs) {
    this.queue = options.queue ?? 'events';
    this.sqs = sqs?.(this.clock) ?? new MemorySqs({ names: [this.queue], clock: new SqsClock(this.clock) });
    this.sender = new SqsSender(this.sqs, this.sqs.queues, { clock: this.clock });
    this.#options = options;
    this.consumer = this.newConsumer();
  }

  newConsumer(): QueueConsumer {
    const { handler = async () => {}, ...rest } = this.#options;
    this.consumer = new QueueConsumer(this.sqs, this.sqs.queues, {
      queue: this.queue,
      handler: (message) => {
        this.seen.push(message);
        return handler(message);
      },
      visibilityMs: 10_000,
      handlerTimeoutMs: 8_000,
      logger: this.logger,
      clock: this.clock,
      random: () => 0.5,
      ...rest,
    });
    return this.consumer;
  }

  /** Sends messages with these ids and starts the consumer. */
  async start(...ids: string[]): Promise<void> {
    for (const id of ids) void this.sender.send(this.queue, { id, type: 'thing', body: `body of ${id}` });
    await turns();
    this.consumer.start();
    await this.pass(100);
  }

  async pass(ms: number): Promise<void> {
    await turns();
    await this.clock.advance(ms);
    await turns();
  }

  async end(): Promise<void> {
    let over = false;
    const stopped = this.consumer.stop({ deadlineMs: 1_000 }).then(() => {
      over = true;
    });
    for (let n = 0; !over && n < 50; n++) await this.pass(100);
    await stopped;
  }

  /** A long time, with a process that starts, looks and ends every `everyMs`: none of them lives through it. */
  async skip(ms: number, everyMs: number): Promise<void> {
    const end = this.clock.now().getTime() + ms;
    while (this.clock.now().getTime() < end) {
      await this.end();
      await this.clock.advance(Math.min(everyMs, end - this.clock.now().getTime()));
      this.newConsumer().start();
      await this.pass(2_000);
    }
  }

  get left(): number {
    return this.sqs.queue(this.queue).contents.length;
  }
}
