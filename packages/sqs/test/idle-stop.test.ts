import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Message } from '@aws-sdk/client-sqs';
import { type FakeClock, MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { TracedCall } from '../src/client/call-tracing.ts';
import type { ReceiveOptions } from '../src/client/sqs-api.ts';
import { QueueConsumer, type ReceivedMessage } from '../src/index.ts';
import { MemorySqs } from '../src/testing/index.ts';
import { message, Rig } from './rig.ts';
import { turns, World } from './world.ts';

/** So long that whatever is hidden for it is not seen again in a test. */
const visibilityMs = 3_600_000;
const long = { visibilityMs, handlerTimeoutMs: 60_000, shutdownGraceMs: 2 * visibilityMs };

/** An SQS that does not notice when a client has gone: it hands the next message to the receive that was broken off. */
class DeafSqs extends MemorySqs {
  override async receive(url: string, { signal, ...options }: ReceiveOptions): Promise<Message[]> {
    const gone = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => gone.reject(signal.reason), { once: true });
    return Promise.race([super.receive(url, options), gone.promise]);
  }
}

const deaf = (clock: FakeClock) => new DeafSqs({ names: ['events'], clock });

async function idle(world: World): Promise<World> {
  await world.start();
  await world.pass(2_000);
  return world;
}

describe('An idle consumer', () => {
  test('stops while no time goes by: the receive that waits for messages is broken off', async () => {
    const world = await idle(new World());
    let report: unknown;
    void world.consumer.stop().then((ended) => {
      report = ended;
    });
    await turns();
    expect(report).toMatchObject({ finished: 0, returned: 0, left: 0, brokenOffPolls: 0 });
  });

  test('leaves a message that SQS hands to the broken-off receive to others within seconds', async () => {
    const world = await idle(new World(long, deaf));
    await world.end();
    await world.sender.send('events', message('a'));
    expect(world.sqs.queue('events').depth).toMatchObject({ inFlight: 1 });
    world.newConsumer().start();
    await world.pass(10_000);
    expect(world.seen.map(({ id }) => id)).toEqual(['a']);
    await world.end();
  });

  test('costs such a message none of its tries: the only one that it has is still to come', async () => {
    const world = await idle(new World({ ...long, retry: { attempts: 1 } }, deaf));
    await world.end();
    await world.sender.send('events', message('a'));
    expect(world.sqs.queue('events').depth).toMatchObject({ inFlight: 1 });
    world.newConsumer().start();
    await world.pass(10_000);
    expect(world.seen.map(({ id, attempt }) => [id, attempt])).toEqual([['a', 1]]);
    expect(world.sqs.deadLetters('events').contents).toEqual([]);
    await world.end();
  });

  test('keeps the message that ends its wait for as long as its handler needs', async () => {
    const gate = Promise.withResolvers<void>();
    const world = await idle(new World({ ...long, handler: () => gate.promise }));
    await world.sender.send('events', message('a'));
    await world.pass(30_000);
    expect(world.sqs.queue('events').depth).toMatchObject({ inFlight: 1 });
    gate.resolve();
    await world.pass(1_000);
    expect([world.seen.length, world.left]).toEqual([1, 0]);
    await world.end();
  });

  test('does not take the short lease of that message for heartbeats that are late', async () => {
    const gate = Promise.withResolvers<void>();
    const world = await idle(new World({ ...long, concurrency: { min: 1, max: 10 }, handler: () => gate.promise }));
    await world.sender.send('events', message('a'));
    await world.pass(2_000);
    expect(world.consumer.load).toEqual({ running: 1, waiting: 0, limit: 10 });
    gate.resolve();
    await world.end();
  });
});

test('A consumer that has just had messages ends its receive by itself, so that none is handed to nobody', async () => {
  const world = new World(long, deaf);
  await world.start('a');
  const stopped = world.consumer.stop();
  await world.sender.send('events', message('b'));
  await world.pass(1_000);
  await stopped;
  expect(world.sqs.queue('events').depth).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
});

test('On a real server, a message that comes while an idle consumer stops reaches the next one', async () => {
  const rig = await Rig.start();
  let receives = 0;
  const count = (call: unknown) => {
    if ((call as TracedCall).action === 'ReceiveMessage') receives += 1;
  };
  subscribe('tracing:postern:sqs-call:start', count);
  try {
    const options = { ...long, pollWaitSeconds: 20 };
    const { consumer } = await rig.open(options);
    consumer.start();
    // The first brought nothing: the second waits for as long as it may.
    await until(() => receives >= 2);
    const stopped = consumer.stop();
    await rig.sender.send('events', message('a'));
    await stopped;
    const seen: string[] = [];
    const handler = async ({ id }: ReceivedMessage) => void seen.push(id);
    const next = new QueueConsumer(rig.sqs.client, rig.queues, {
      queue: 'events',
      handler,
      logger: new MemoryLogger(),
      ...long,
    });
    next.start();
    await until(() => seen.length > 0);
    await next.stop();
    expect(seen).toEqual(['a']);
  } finally {
    unsubscribe('tracing:postern:sqs-call:start', count);
    await rig.reset();
    await rig.sqs.close();
  }
});
