import { ConfigError, FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { describe, expect, test } from 'vitest';
import {
  DEAD,
  fromWire,
  HandlerTimeoutError,
  LeaseLostError,
  PermanentError,
  QueueConsumer,
  RetryLater,
  SharedConcurrency,
  SqsSender,
} from '../src/index.ts';
import { MemorySqs } from '../src/testing/index.ts';
import { turns, World } from './engine-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const never = () => new Promise<void>(() => {});

/** An SQS whose delete calls fail for single entries, as `Failed[]` says. */
class FlakyDeletes extends MemorySqs {
  failEntries = 0;
  override async deleteBatch(url: string, receipts: readonly string[]) {
    const failed = receipts.slice(0, this.failEntries);
    this.failEntries = 0;
    await super.deleteBatch(url, receipts.slice(failed.length));
    return failed.map((_, index) => ({ index, code: 'InternalError', message: 'try again', senderFault: false }));
  }
}

/** Writes down which calls were made for which receipt, in order. */
class Recording extends MemorySqs {
  readonly log: string[] = [];
  holdVisibility: Promise<void> | undefined;
  override async deleteBatch(url: string, receipts: readonly string[]) {
    this.log.push('delete');
    return super.deleteBatch(url, receipts);
  }
  override async changeVisibilityBatch(url: string, entries: readonly { receipt: string; seconds: number }[]) {
    await this.holdVisibility;
    this.log.push(`visibility of ${entries.length}`);
    return super.changeVisibilityBatch(url, entries);
  }
}

describe('A lease', () => {
  test('is prolonged while its message waits or runs, in batches', async () => {
    const recording = (clock: FakeClock) => new Recording({ names: ['events'], clock });
    const world = new World({ handler: never, handlerTimeoutMs: 9_900 }, recording);
    await world.start(...Array.from({ length: 10 }, (_, n) => `m${n}`));
    expect(world.seen).toHaveLength(10);
    await world.pass(9_000);
    expect((world.sqs as Recording).log).toEqual(['visibility of 10']);
    expect(world.sqs.queue('events').depth.inFlight).toBe(10);
    await world.end();
  });

  test('that is lost aborts the handler, and what the handler returns after that does not delete the message', async () => {
    const go = Promise.withResolvers<void>();
    const world = new World({ handler: () => go.promise, abortGraceMs: 60_000 });
    await world.start('a');
    const [first] = world.seen;
    world.sqs.queue('events').expireLeases();
    world.sqs.wake();
    await world.pass(6_000);
    expect(first?.signal.reason).toBeInstanceOf(LeaseLostError);
    go.resolve();
    await world.pass(20_000);
    // It was received again, since nobody else was there, and that run deleted it.
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 2]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('is not prolonged any more once its message is deleted, nor overtaken by a prolongation under way', async () => {
    const go = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const sqs = (clock: FakeClock) => new Recording({ names: ['events'], clock });
    const world = new World({ handler: () => go.promise }, sqs);
    const recording = world.sqs as Recording;
    await world.start('a');
    recording.holdVisibility = held.promise;
    await world.pass(6_000);
    go.resolve();
    await world.pass(1_000);
    expect(recording.log).toEqual([]);
    held.resolve();
    await world.pass(30_000);
    expect(recording.log).toEqual(['visibility of 1', 'delete']);
    await world.end();
  });
});

describe('A handler', () => {
  test('that runs out of time is aborted, its message tried again, and its late return does not count', async () => {
    const go = Promise.withResolvers<void>();
    const world = new World({
      handler: ({ attempt }) => (attempt === 1 ? go.promise : Promise.resolve()),
      handlerTimeoutMs: 2_000,
      abortGraceMs: 1_000,
      retry: { baseMs: 4_000, ceilingMs: 4_000 },
    });
    await world.start('a');
    await world.pass(2_500);
    expect(world.seen[0]?.signal.reason).toBeInstanceOf(HandlerTimeoutError);
    await world.pass(1_500);
    go.resolve();
    await world.pass(100);
    expect(world.left).toBe(1);
    await world.pass(10_000);
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 2]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('that returns normally after its abort does not count as a success', async () => {
    const world = new World({
      handler: ({ attempt, signal }) =>
        attempt > 1 ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      handlerTimeoutMs: 2_000,
    });
    await world.start('a');
    await world.pass(20_000);
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 2]);
    await world.end();
  });

  test('that throws no error, or throws before its first await, is tried again as any other', async () => {
    const world = new World({
      handler: ({ attempt }) => {
        if (attempt === 1) throw new Error('at once');
        return attempt === 2 ? Promise.reject() : Promise.resolve();
      },
    });
    await world.start('a');
    await world.pass(60_000);
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 2, 3]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('may ask to be tried later more often than a failing one has attempts', async () => {
    const world = new World({
      retry: { attempts: 2 },
      handler: async ({ attempt }) => {
        if (attempt < 6) throw new RetryLater('the provider is down', { delayMs: 5_000 });
      },
    });
    await world.start('a');
    await world.pass(60_000);
    expect(world.seen).toHaveLength(6);
    expect(world.left).toBe(0);
    await world.end();
  });
});

describe('An acknowledgement', () => {
  test('that SQS could not take for one entry is repeated for that entry', async () => {
    const world = new World({}, (clock) => new FlakyDeletes({ names: ['events'], clock }));
    (world.sqs as FlakyDeletes).failEntries = 2;
    await world.start('a', 'b', 'c');
    await world.pass(2_000);
    expect(world.seen).toHaveLength(3);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('goes by tens', async () => {
    const world = new World();
    await world.start(...Array.from({ length: 10 }, (_, n) => `m${n}`));
    await world.pass(1_000);
    expect(world.sqs.calls.delete).toBe(1);
    await world.end();
  });
});

describe('A delay', () => {
  test('of three days is kept, counts as no attempt, and outlives the process', async () => {
    const world = new World();
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b', delayMs: 3 * DAY });
    await world.start();
    await world.skip(3 * DAY - HOUR, 4 * HOUR);
    expect(world.seen).toEqual([]);
    await world.pass(HOUR);
    await world.pass(60_000);
    expect(world.seen.map((one) => [one.id, one.attempt])).toEqual([['a', 1]]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('of thirty days outlives what SQS keeps a message for', async () => {
    const world = new World();
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b', delayMs: 30 * DAY, attributes: { k: 'v' } });
    // What SQS would refuse as text travels packed, and must not be taken for text on the way.
    void world.sender.send('events', { id: 'odd', type: 'thing', body: '\uFFFF', delayMs: 30 * DAY });
    await world.start();
    await world.skip(30 * DAY - HOUR, 5 * HOUR);
    expect(world.seen).toEqual([]);
    await world.skip(2 * HOUR, HOUR);
    expect(world.seen.map(({ id, body, attempt, attributes }) => [id, body, attempt, attributes])).toEqual([
      ['a', 'b', 1, { k: 'v' }],
      ['odd', '\uFFFF', 1, {}],
    ]);
    await world.end();
  });

  test('of two days that a handler asks for is kept, and the attempt counts on', async () => {
    const world = new World({
      handler: async ({ attempt }) => {
        if (attempt === 1) throw new RetryLater('in two days', { delayMs: 2 * DAY });
      },
    });
    await world.start('a');
    await world.skip(2 * DAY - HOUR, 5 * HOUR);
    expect(world.seen).toHaveLength(1);
    await world.skip(2 * HOUR, HOUR);
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 2]);
    expect(world.left).toBe(0);
    await world.end();
  });
});

describe('A frame', () => {
  const many = Array.from({ length: 50 }, (_, n) => `m${n}`);

  test('comes back whole when the copy of a failed entry cannot be sent', async () => {
    const world = new World({
      handler: async ({ id, attempt }) => {
        if (id === 'm3' && attempt === 1) throw new Error('once');
      },
    });
    for (const id of many) void world.sender.send('events', { id, type: 'thing', body: id });
    await turns();
    for (let n = 0; n < 40; n++) world.sqs.failNext('send');
    world.consumer.start();
    await world.pass(60_000);
    const runs = world.seen.filter((one) => one.id === 'm3').map((one) => one.attempt);
    expect(runs).toEqual([1, 2]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('counts its own receives for the attempts of its entries', async () => {
    const world = new World();
    for (const id of many) void world.sender.send('events', { id, type: 'thing', body: id, attempt: 3 });
    await turns();
    // Somebody received it and died.
    const { url } = world.sqs.queues.get('events');
    await world.sqs.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 1 });
    await world.start();
    await world.pass(3_000);
    expect(world.seen).toHaveLength(50);
    expect(new Set(world.seen.map((one) => one.attempt))).toEqual(new Set([4]));
    await world.end();
  });
});

describe('A dead letter', () => {
  test('that cannot be written leaves the message in its queue, to be tried again', async () => {
    const world = new World({
      handler: async () => {
        throw new PermanentError('nobody-wants-it');
      },
    });
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b' });
    await turns();
    for (let n = 0; n < 40; n++) world.sqs.failNext('send');
    world.consumer.start();
    await world.pass(5_000);
    expect(world.seen[0]?.id).toBe('a');
    expect(world.sqs.deadLetters('events').contents).toHaveLength(0);
    await world.pass(600_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)).toMatchObject({ id: 'a', [DEAD.reason]: 'nobody-wants-it' });
    expect(world.left).toBe(0);
    await world.end();
  });

  test('keeps the times of the first receive and the last failure', async () => {
    const world = new World({
      retry: { attempts: 3, baseMs: 60_000, ceilingMs: 60_000 },
      handler: async () => {
        throw new Error('no');
      },
    });
    await world.start('a');
    await world.pass(300_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    const [first = '', last = ''] = (fromWire(dead?.attributes)[DEAD.times] ?? '').split('/');
    expect(first).toBe('2026-01-01T00:00:00.000Z');
    const between = new Date(last).getTime() - new Date(first).getTime();
    expect(between).toBeGreaterThanOrEqual(60_000);
    expect(between).toBeLessThan(61_000);
    await world.end();
  });
});

describe('Metrics', () => {
  test('count messages by what became of them, and say how long the backlog would take', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({
      metrics,
      handler: async ({ id, attempt }) => {
        if (id === 'b' && attempt === 1) throw new Error('once');
        if (id === 'c') throw new PermanentError('never');
      },
    });
    await world.start('a', 'b', 'c');
    await world.pass(60_000);
    const text = await metrics.expose();
    for (const [outcome, count] of Object.entries({ done: 2, retry: 1, dead: 1 })) {
      const labels = `queue="events",type="thing",outcome="${outcome}"`;
      expect(text).toContain(`queue_messages_processed_total{${labels}} ${count}`);
    }
    expect(text).toContain('queue_message_duration_seconds_count{queue="events",type="thing"} 4');
    expect(text).toContain('queue_message_age_seconds_count{queue="events"} 4');
    expect(text).toContain('queue_time_to_drain_seconds{queue="events"} 0');
    expect(text).toContain('queue_handlers_running{queue="events",what="limit"} 100');
    await world.end();
  });

  test('keep to a bounded number of types, whatever senders write', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({ metrics });
    for (let n = 0; n < 300; n++) void world.sender.send('events', { id: `${n}`, type: `type-${n}`, body: 'b' });
    await world.start();
    await world.pass(1_000);
    const types = (await metrics.expose()).match(/queue_message_duration_seconds_count/g) ?? [];
    expect(types.length).toBe(201);
    expect(world.seen).toHaveLength(300);
    await world.end();
  });
});

describe('Priority queues', () => {
  test('share their handlers by weight while both have messages, and none starves', async () => {
    const clock = new FakeClock();
    const sqs = new MemorySqs({ names: ['urgent', 'bulk'], clock });
    const sender = new SqsSender(sqs, sqs.queues, { clock });
    const shared = new SharedConcurrency(10);
    const done = { urgent: 0, bulk: 0 };
    const consumers = (['urgent', 'bulk'] as const).map((queue) => {
      for (let n = 0; n < 900; n++) void sender.send(queue, { id: `${queue}${n}`, type: 'thing', body: 'b' });
      return new QueueConsumer(sqs, sqs.queues, {
        queue,
        slots: shared.share(queue === 'urgent' ? 4 : 1),
        handler: async () => {
          await clock.sleep(100);
          done[queue] += 1;
        },
        visibilityMs: 20_000,
        handlerTimeoutMs: 8_000,
        logger: new MemoryLogger(),
        clock,
      });
    });
    await turns(20);
    for (const consumer of consumers) consumer.start();
    await clock.advance(8_000);
    expect(done.urgent / done.bulk).toBeGreaterThan(3);
    expect(done.urgent / done.bulk).toBeLessThan(5);
    // When the one has nothing left, the other has all the slots.
    for (let n = 0; n < 20; n++) await clock.advance(1_000);
    expect(done).toEqual({ urgent: 900, bulk: 900 });
    const stops = consumers.map((consumer) => consumer.stop({ deadlineMs: 1_000 }));
    await clock.advance(25_000);
    await Promise.all(stops);
  });
});

describe('A consumer', () => {
  test('takes nothing while paused, gives back what waits, and goes on when resumed', async () => {
    const world = new World();
    await world.start('a');
    world.consumer.pause();
    await world.pass(1_000);
    void world.sender.send('events', { id: 'b', type: 'thing', body: 'b' });
    await world.pass(60_000);
    expect(world.seen.map((one) => one.id)).toEqual(['a']);
    world.consumer.resume();
    await world.pass(1_000);
    expect(world.seen.map((one) => one.id)).toEqual(['a', 'b']);
    await world.end();
  });

  test('with nothing to do asks SQS three times a minute', async () => {
    const world = new World();
    await world.start();
    const before = world.sqs.calls.receive;
    await world.pass(120_000);
    expect(world.sqs.calls.receive - before).toBeLessThanOrEqual(8);
    await world.end();
  });

  test('goes on when receives fail, says so once and again when they work', async () => {
    const world = new World();
    for (let n = 0; n < 5; n++) world.sqs.failNext('receive');
    await world.start('a');
    await world.pass(60_000);
    expect(world.seen).toHaveLength(1);
    const lines = world.logger.lines.filter((line) => line.message.startsWith('Receiving'));
    expect(lines.map((line) => line.level)).toEqual(['warn', 'info']);
    expect(world.consumer.stalled()).toBeUndefined();
    await world.end();
  });

  test('says that it is stalled when all its handlers ignore their abort', async () => {
    const world = new World({ concurrency: 2, handler: never, handlerTimeoutMs: 1_000, abortGraceMs: 100 });
    await world.start('a', 'b');
    expect(world.consumer.stalled()).toBeUndefined();
    await world.pass(5_000);
    expect(world.consumer.stalled()).toMatch(/2 handlers ran out of time/);
    // A restart is what helps; until then no further handler is begun only to hang.
    await world.pass(60_000);
    expect(world.seen).toHaveLength(2);
    await world.end();
  });

  test('refuses settings that lose or repeat messages, and names them all', () => {
    const world = new World({
      handlerTimeoutMs: 40_000,
      visibilityMs: 35_000,
      shutdownGraceMs: 30_000,
      concurrency: 0,
      retry: { attempts: 200 },
    });
    const problems = (() => {
      try {
        world.consumer.start();
        return [];
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as ConfigError).problems;
      }
    })();
    expect(problems).toEqual([
      expect.stringContaining('concurrency'),
      expect.stringContaining('handler timeout (40000 ms) must be shorter than the visibility'),
      expect.stringContaining('visibility (35000 ms) must be shorter than the shutdown grace'),
      expect.stringContaining('maxReceiveCount'),
    ]);
  });
});
