import { ConfigError, type FakeClock } from '@postern/runtime';
import { describe, expect, test } from 'vitest';
import { DEAD, fromWire, RetryLater } from '../src/index.ts';
import { HandlerTimeoutError, LeaseLostError } from '../src/retry/outcomes.ts';
import { MemorySqs } from '../src/testing/index.ts';
import { World } from './world.ts';

const never = () => new Promise<void>(() => {});

/** An SQS whose delete calls fail for single entries, as `Failed[]` says. */
class FlakyDeletes extends MemorySqs {
  failEntries = 0;
  override async deleteBatch(url: string, receipts: readonly string[]) {
    const failed = receipts.slice(0, this.failEntries);
    this.failEntries = 0;
    await super.deleteBatch(url, receipts.slice(failed.length));
    return failed.map((_, index) => ({ index, code: 'InternalError', message: 'try again' }));
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

  test('is kept when SQS throttles its prolongation, and its handler is not aborted', async () => {
    class Throttled extends MemorySqs {
      refusals = 2;
      override async changeVisibilityBatch(...args: Parameters<MemorySqs['changeVisibilityBatch']>) {
        if (this.refusals === 0) return super.changeVisibilityBatch(...args);
        this.refusals -= 1;
        return args[1].map((_, index) => ({ index, code: 'RequestThrottled', message: 'slow down' }));
      }
    }
    const world = new World(
      { handler: never, handlerTimeoutMs: 9_900 },
      (clock) => new Throttled({ names: ['events'], clock }),
    );
    await world.start('a');
    await world.pass(6_000);
    await world.pass(3_000);
    expect(world.seen[0]?.signal.aborted).toBe(false);
    expect(world.sqs.queue('events').depth.inFlight).toBe(1);
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
    let runs = 0;
    const world = new World({
      retry: { attempts: 2, baseMs: 1_000, ceilingMs: 1_000 },
      handler: async () => {
        runs += 1;
        if (runs < 6) throw new RetryLater('the provider is down', { delayMs: 5_000 });
        if (runs === 6) throw new Error('a failure');
      },
    });
    await world.start('a');
    for (let n = 0; n < 12; n++) await world.pass(6_000);
    expect(world.seen.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1, 1, 2]);
    expect(world.left).toBe(0);
    expect(world.sqs.deadLetters('events').contents).toEqual([]);
    await world.end();
  });

  test('that is asked to wait for longer than its policy allows has a dead letter that reports it', async () => {
    const world = new World({
      retry: { waitMs: 30_000 },
      handler: async () => {
        throw new RetryLater('the provider is down', { delayMs: 5_000 });
      },
    });
    await world.start('a');
    for (let n = 0; n < 12; n++) await world.pass(6_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)).toMatchObject({ [DEAD.reason]: 'waited-too-long', [DEAD.attempts]: '1' });
    await world.end();
  });
});

describe('An acknowledgement', () => {
  test('that SQS could not accept for one entry is repeated for that entry', async () => {
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

  test('goes on when receives fail, reports it once and again when they work', async () => {
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

  test('reports that it is stalled when all its handlers ignore their abort', async () => {
    const world = new World({ concurrency: 2, handler: never, handlerTimeoutMs: 1_000, abortGraceMs: 100 });
    await world.start('a', 'b');
    await world.pass(70_000);
    expect(world.consumer.stalled()).toMatch(/2 handlers ran out of time/);
    // A restart is what helps; until then no further handler is begun only to hang.
    expect(world.seen).toHaveLength(2);
    await world.end();
  });

  test('is not stalled where its handlers wait for what ends by itself, again and again', async () => {
    // As statements do whose database has gone silent: each has a limit, and all that there are wait for several.
    const world = new World({
      ...{ concurrency: 2, handlerTimeoutMs: 1_000, abortGraceMs: 100, retry: { attempts: 90 } },
      handler: () => world.clock.sleep(45_000).then(() => Promise.reject(new Error('no connection'))),
    });
    await world.start('a', 'b', 'c', 'd');
    for (let n = 0; n < 100; n++) {
      await world.pass(5_000);
      expect(world.consumer.stalled()).toBeUndefined();
    }
    expect(world.seen.length).toBeGreaterThan(10);
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
