import { type Clock, FakeClock, MemoryLogger } from '@postern/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SqsApi } from '../src/client/sqs-api.ts';
import { type MessageHandler, QueueConsumer, SqsSender } from '../src/index.ts';
import { MemorySqs } from '../src/testing/index.ts';
import type { MemoryCall } from '../src/testing/memory-sqs.ts';

/** The way to SQS, which can be cut for ever (the process died: what it still wanted to say is never heard) or for a time. */
class Severable extends SqsApi {
  readonly #inner: SqsApi;
  readonly clock: Clock;
  cut = false;
  downUntil = 0;

  constructor(inner: SqsApi, clock: Clock) {
    super();
    this.clock = clock;
    this.#inner = inner;
  }

  #reach(): SqsApi {
    if (this.cut) throw new Error('the process is gone');
    if (this.clock.now().getTime() < this.downUntil) throw new Error('the network is down');
    return this.#inner;
  }

  override async receive(...args: Parameters<SqsApi['receive']>) {
    const messages = await this.#reach().receive(...args);
    // Died while the answer was on its way: the messages stay leased to nobody.
    return this.cut ? [] : messages;
  }
  override async sendBatch(...args: Parameters<SqsApi['sendBatch']>) {
    return this.#reach().sendBatch(...args);
  }
  override async deleteBatch(...args: Parameters<SqsApi['deleteBatch']>) {
    return this.#reach().deleteBatch(...args);
  }
  override async changeVisibilityBatch(...args: Parameters<SqsApi['changeVisibilityBatch']>) {
    return this.#reach().changeVisibilityBatch(...args);
  }
  override async depth(...args: Parameters<SqsApi['depth']>) {
    return this.#reach().depth(...args);
  }
}

type Step =
  | { kind: 'advance'; ms: number }
  | { kind: 'duplicate'; n: number }
  | { kind: 'reorder'; n: number }
  | { kind: 'expire' }
  | { kind: 'crash' }
  | { kind: 'outage'; ms: number }
  | { kind: 'fail'; call: MemoryCall };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('duplicate' as const), n: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reorder' as const), n: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('outage' as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      call: fc.constantFrom<MemoryCall>('receive', 'send', 'delete', 'visibility'),
    }),
  },
);

/** Lets everything that can run without time passing do so. */
async function turns(count = 5): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Sixty messages that all look as if their consumer had died of them run one at a time, five times for seven seconds each, and wait in
 * between.
 */
const SETTLE_SECONDS = 6_000;

/** One world: an SQS, a clock, and processes that come and go. */
class World {
  readonly clock = new FakeClock();
  readonly sqs: MemorySqs;
  readonly #queue: string;
  readonly #handler: MessageHandler;
  #process: { link: Severable; consumer: QueueConsumer } | undefined;

  constructor(queue: string, handler: MessageHandler) {
    this.#queue = queue;
    this.#handler = handler;
    this.sqs = new MemorySqs({ names: [queue], clock: this.clock });
    this.boot();
  }

  boot(): void {
    const link = new Severable(this.sqs, this.clock);
    const consumer = new QueueConsumer(link, this.sqs.queues, {
      queue: this.#queue,
      handler: (message) => this.#handler(message),
      concurrency: 4,
      visibilityMs: 10_000,
      handlerTimeoutMs: 5_000,
      // More than any schedule makes fail: what is given up is another test's matter.
      retry: { attempts: 90, baseMs: 1_000, ceilingMs: 8_000 },
      random: () => 0.5,
      logger: new MemoryLogger(),
      clock: this.clock,
    });
    consumer.start();
    this.#process = { link, consumer };
  }

  async play(next: Step): Promise<void> {
    const queue = this.sqs.queue(this.#queue);
    if (next.kind === 'advance') await this.clock.advance(next.ms);
    else if (next.kind === 'duplicate') queue.duplicate(next.n);
    else if (next.kind === 'reorder') queue.reorder(next.n);
    else if (next.kind === 'expire') queue.expireLeases();
    else if (next.kind === 'fail') this.sqs.failNext(next.call);
    else if (next.kind === 'outage') {
      if (this.#process) this.#process.link.downUntil = this.clock.now().getTime() + next.ms;
    } else {
      if (this.#process) this.#process.link.cut = true;
      void this.#process?.consumer.stop({ deadlineMs: 1_000 });
      this.boot();
    }
    this.sqs.wake();
    await turns();
  }

  /** Time passes until nothing is left in the queue; fails when that never happens. */
  async settle(): Promise<void> {
    for (let round = 0; round < SETTLE_SECONDS; round++) {
      if (this.sqs.queue(this.#queue).contents.length === 0) return;
      await this.clock.advance(1_000);
      await turns();
    }
    throw new Error(
      `Messages were left: ${JSON.stringify(this.sqs.queue(this.#queue).contents.map((one) => one.attributes))}`,
    );
  }

  async end(): Promise<void> {
    const stopped = this.#process?.consumer.stop({ deadlineMs: 2_000 });
    await this.clock.advance(30_000);
    await stopped;
  }
}

describe('For any interleaving of duplicates, reorderings, crashes, lost leases and failing calls', () => {
  test('no message is lost and each effect happens once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(step, { maxLength: 25 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
        async (count, steps, behaviours) => {
          const effects = new Map<string, number>();
          const runs = new Map<string, number>();
          const world: World = new World('events', async ({ id, signal }) => {
            const run = (runs.get(id) ?? 0) + 1;
            runs.set(id, run);
            const behaviour = behaviours[(Number(id) + run) % behaviours.length];
            if (run < 6 && behaviour === 1) throw new Error('fails before its effect');
            if (run < 6 && behaviour === 2) await world.clock.sleep(7_000, signal);
            if (behaviour === 3) await world.clock.sleep(2_000);
            // What the inbox does in one transaction: recognise the repeat, or make the effect and remember it.
            if (!effects.has(id)) effects.set(id, 1);
            if (run < 6 && behaviour === 4) throw new Error('fails after its effect');
          });
          const sender = new SqsSender(world.sqs, world.sqs.queues, { clock: world.clock });
          const sends = Array.from({ length: count }, (_, n) =>
            sender.send('events', { id: String(n), type: 't', body: `b${n}` }),
          );
          await turns();
          for (const next of steps) await world.play(next);
          await world.clock.advance(15_000);
          await Promise.all(sends);
          await world.settle();
          await world.end();
          expect(effects.size).toBe(count);
          expect(world.sqs.deadLetters('events').contents).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a group of a FIFO queue keeps its order: what failed comes before what was behind it', async () => {
    const survivable = step.filter((one) => one.kind !== 'reorder' && one.kind !== 'duplicate');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(survivable, { maxLength: 20 }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }),
        async (count, steps, behaviours) => {
          const effects = new Map<string, number[]>();
          const runs = new Map<string, number>();
          const world: World = new World('orders.fifo', async ({ id, groupId = '', signal }) => {
            const run = (runs.get(id) ?? 0) + 1;
            runs.set(id, run);
            const behaviour = behaviours[(Number(id) + run) % behaviours.length];
            if (run < 6 && behaviour === 1) throw new Error('fails');
            if (run < 6 && behaviour === 2) await world.clock.sleep(6_000, signal);
            signal.throwIfAborted();
            const done = effects.get(groupId) ?? [];
            if (!done.includes(Number(id))) effects.set(groupId, [...done, Number(id)]);
          });
          const sender = new SqsSender(world.sqs, world.sqs.queues, { clock: world.clock });
          const sends = Array.from({ length: count }, (_, n) =>
            sender.send('orders.fifo', { id: String(n), type: 't', body: 'b', groupId: `g${n % 3}` }),
          );
          await turns(20);
          for (const next of steps) await world.play(next);
          await world.clock.advance(15_000);
          await Promise.all(sends);
          await world.settle();
          await world.end();
          for (const [group, done] of effects) {
            expect(done, `group ${group}`).toEqual([...done].sort((a, b) => a - b));
          }
          expect([...effects.values()].flat()).toHaveLength(count);
        },
      ),
      { numRuns: 150 },
    );
  });
});
