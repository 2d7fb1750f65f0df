import { expect, test } from 'vitest';
import { FRAME_ENCODING, packFrame, type ReceivedMessage, WIRE } from '../src/index.ts';
import { turns, World } from './world.ts';

/** A handler that ends when it is let. */
function gated() {
  const waiting: (() => void)[] = [];
  const handler = (_message: ReceivedMessage) => new Promise<void>((resolve) => waiting.push(resolve));
  return { handler, letEnd: () => waiting.shift()?.(), waiting };
}

async function sendFrame(world: World, ids: readonly string[]): Promise<void> {
  const members = ids.map((id) => ({ id, type: 'thing', body: id, sentAt: world.clock.now().getTime() }));
  const encoding = { DataType: 'String', StringValue: FRAME_ENCODING };
  const entry = { body: packFrame(members), attributes: { [WIRE.encoding]: encoding } };
  await world.sqs.sendBatch(world.sqs.queues.get(world.queue).url, [entry]);
}

const seen = (world: World) => world.seen.map(({ id, attempt }) => `${id} ${attempt}`);

test('a consumer that starts while it is paused receives nothing until it is resumed', async () => {
  const world = new World();
  world.consumer.pause();
  await world.start('a');
  await world.pass(60_000);
  expect(world.sqs.calls.receive).toBe(0);
  expect(world.consumer.stalled()).toBeUndefined();
  world.consumer.resume();
  await world.pass(1_000);
  expect(seen(world)).toEqual(['a 1']);
  await world.end();
});

test('of a frame that was begun, the pause lets what runs end and leaves the rest in the queue, with the tries it had', async () => {
  const { handler, letEnd } = gated();
  const world = new World({ handler, concurrency: 1 });
  await sendFrame(world, ['a', 'b', 'c']);
  await world.start();
  expect(seen(world)).toEqual(['a 1']);
  world.consumer.pause();
  await world.pass(1_000);
  letEnd();
  await world.pass(60_000);
  expect(world.sqs.queue('events').depth).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
  expect(seen(world)).toEqual(['a 1']);
  world.consumer.resume();
  for (let n = 0; n < 4; n++) {
    await world.pass(1_000);
    letEnd();
  }
  await turns();
  expect(seen(world).toSorted()).toEqual(['a 1', 'b 1', 'c 1']);
  expect(world.left).toBe(0);
  await world.end();
});

test('what a receive under way brought after the pause comes again as the first try that it is', async () => {
  const world = new World();
  await world.start();
  for (const id of ['a', 'b']) {
    world.consumer.pause();
    void world.sender.send('events', { id, type: 'thing', body: 'b' });
    await world.pass(1_000);
    world.consumer.resume();
    await world.pass(1_000);
  }
  expect(seen(world)).toEqual(['a 1', 'b 1']);
  expect(world.left).toBe(0);
  await world.end();
});

test('a message whose time has not come keeps its only try, also where a consumer that is paused is handed it', async () => {
  const world = new World({ retry: { attempts: 1 } });
  await world.start();
  const sent = world.clock.now().getTime();
  void world.sender.send('events', { id: 'a', type: 'thing', body: 'b', delayMs: 1_200_000 });
  await turns();
  // SQS's own delay is at its end while a receive is open.
  while (world.clock.now().getTime() < sent + 899_000) await world.pass(1_000);
  world.consumer.pause();
  await world.pass(10_000);
  world.consumer.resume();
  await world.pass(1_200_000);
  expect(seen(world)).toEqual(['a 1']);
  expect(world.sqs.deadLetters('events').contents).toEqual([]);
  await world.end();
});

test('a pause holds no message of a FIFO group behind the one that runs', async () => {
  const { handler, letEnd } = gated();
  const queue = 'orders.fifo';
  const world = new World({ handler, queue });
  for (const id of ['a', 'b', 'c']) {
    void world.sender.send(queue, { id, type: 'thing', body: id, groupId: 'g' });
  }
  await world.start();
  expect(seen(world)).toEqual(['a 1']);
  world.consumer.pause();
  letEnd();
  await world.pass(60_000);
  expect(world.sqs.queue(queue).depth).toMatchObject({ visible: 2, inFlight: 0 });
  world.consumer.resume();
  for (let n = 0; n < 4; n++) {
    await world.pass(1_000);
    letEnd();
  }
  expect(world.seen.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  await world.end();
});

test('pausing again and again gives up no message', async () => {
  const { handler, letEnd } = gated();
  const world = new World({ handler, concurrency: 1, prefetch: 10, retry: { attempts: 5 } });
  await world.start('busy');
  for (let n = 0; n < 30; n++) {
    void world.sender.send('events', { id: `m${n}`, type: 'thing', body: 'b' });
    await world.pass(1_000);
    world.consumer.pause();
    await world.pass(1_000);
    world.consumer.resume();
  }
  for (let n = 0; n < 120 && world.left > 0; n++) {
    letEnd();
    await world.pass(1_000);
  }
  expect(world.sqs.deadLetters('events').contents).toEqual([]);
  expect(new Set(world.seen.map(({ id }) => id)).size).toBe(31);
  await world.end();
});
