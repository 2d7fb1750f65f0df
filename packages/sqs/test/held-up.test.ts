import type { FakeClock } from '@postern/runtime';
import { expect, test } from 'vitest';
import { MemorySqs } from '../src/testing/index.ts';
import { turns, World } from './world.ts';

/** An SQS whose messages are on their way for as long as a test says. */
class SlowReceives extends MemorySqs {
  held: Promise<void> | undefined;
  override async receive(...args: Parameters<MemorySqs['receive']>) {
    const messages = await super.receive(...args);
    if (messages.length > 0) await this.held;
    return messages;
  }
}

const slow = (clock: FakeClock) => new SlowReceives({ names: ['events'], clock });

test('A process that was held up counts the lease on what it reads late from before SQS began to hide it', async () => {
  const gate = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const world = new World({ handler: () => gate.promise, handlerTimeoutMs: 9_900 }, slow);
  (world.sqs as SlowReceives).held = answer.promise;
  await world.start('a');
  await world.clock.standStill(8_000);
  answer.resolve();
  await world.pass(5_000);
  expect(world.sqs.queue('events').depth).toMatchObject({ inFlight: 1 });
  gate.resolve();
  await world.pass(1_000);
  expect([world.seen.length, world.left]).toEqual([1, 0]);
  await world.end();
});

test('A process that was held up keeps the message that had just ended an idle wait for the whole visibility', async () => {
  const gate = Promise.withResolvers<void>();
  const world = new World({ handler: () => gate.promise });
  await world.start();
  await world.pass(2_000);
  await world.sender.send('events', { id: 'a', type: 'thing', body: 'a' });
  await turns();
  await world.clock.standStill(7_000);
  await turns();
  expect(world.seen.map(({ signal }) => signal.aborted)).toEqual([false]);
  gate.resolve();
  await world.pass(1_000);
  expect([world.seen.length, world.left]).toEqual([1, 0]);
  await world.end();
});
