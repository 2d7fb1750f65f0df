import { expect, test } from 'vitest';
import { RetryLater } from '../src/index.ts';
import { World } from './world.ts';

const MINUTE = 60_000;

test.each([10 * MINUTE, -10 * MINUTE])(
  'A clock that is set by %i ms (a failover to another host) aborts no handler, loses no lease and runs nothing twice',
  async (by) => {
    const ended = Promise.withResolvers<void>();
    const world = new World({ handler: () => ended.promise });
    await world.start('one');
    world.clock.set(by);
    await world.pass(6_000);
    expect(world.seen.map(({ signal }) => signal.aborted)).toEqual([false]);
    ended.resolve();
    await world.pass(5_000);
    expect([world.seen.length, world.left]).toEqual([1, 0]);
    expect(world.logger.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    await world.end();
  },
);

test('A clock that was set back leaves time limits and leases what they were', async () => {
  const world = new World({
    handler: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
  });
  await world.start('one');
  world.clock.set(-10 * MINUTE);
  await world.pass(8_500);
  expect(world.seen.map(({ signal }) => signal.aborted)).toEqual([true]);
  await world.end();
});

test('A consumer is not called stalled for a clock that was set', async () => {
  const world = new World();
  await world.start('one');
  for (const by of [10 * MINUTE, -20 * MINUTE]) {
    world.clock.set(by);
    expect(world.consumer.stalled()).toBeUndefined();
    await world.pass(1_000);
  }
  await world.end();
});

test('A stop takes as long as it takes, whatever a clock is set to meanwhile', async () => {
  const world = new World({
    handler: async () => {
      throw new RetryLater('not yet');
    },
  });
  await world.start('one');
  const stopped = world.consumer.stop({ deadlineMs: 1_000 });
  world.clock.set(10 * MINUTE);
  for (let n = 0; n < 20; n++) await world.pass(100);
  expect((await stopped).tookMs).toBeLessThan(2_000);
});
