import { expect, test } from 'vitest';
import { DEAD, fromWire, RetryLater, WIRE } from '../src/index.ts';
import { World } from './world.ts';

const queue = 'orders.fifo';
const retry = { attempts: 3, baseMs: 1_000, ceilingMs: 1_000 };

/** A FIFO queue with one group of these messages, until all of it is at its end. */
async function play(ids: readonly string[], run: (id: string, attempt: number) => void) {
  const world = new World({ queue, retry, handler: async ({ id, attempt }) => run(id, attempt) });
  for (const id of ids) void world.sender.send(queue, { id, type: 'thing', body: id, groupId: 'g' });
  await world.start();
  for (let n = 0; n < 60 && world.left > 0; n++) await world.pass(1_000);
  const dead = world.sqs.deadLetters(queue).contents.map(({ attributes }) => {
    const { [WIRE.id]: id, [DEAD.attempts]: attempts } = fromWire(attributes);
    return `${id} after ${attempts}`;
  });
  await world.end();
  return { left: world.left, seen: world.seen.map(({ id, attempt }) => `${id}#${attempt}`), dead };
}

test('a message of a FIFO group has all of its tries, however often it came behind another one that failed', async () => {
  const { left, seen, dead } = await play(['a', 'b'], (id, attempt) => {
    if (id === 'a' || attempt === 1) throw new Error('fails');
  });
  expect(seen).toEqual(['a#1', 'a#2', 'a#3', 'b#1', 'b#2']);
  expect({ left, dead }).toEqual({ left: 0, dead: ['a after 3'] });
});

test('waits cost a message of a FIFO queue none of its tries', async () => {
  let waits = 0;
  const { left, seen, dead } = await play(['a'], (_id, attempt) => {
    if (waits++ < 5) throw new RetryLater('busy', { delayMs: 1_000 });
    if (attempt < 3) throw new Error('fails');
  });
  expect(seen).toEqual([...Array.from({ length: 6 }, () => 'a#1'), 'a#2', 'a#3']);
  expect({ left, dead }).toEqual({ left: 0, dead: [] });
});

test('a message of a FIFO group that fails once waits as after a first failure, however often it came behind another one', async () => {
  const growing = { attempts: 8, baseMs: 1_000, ceilingMs: 600_000 };
  const world = new World({
    queue,
    retry: ({ body }: { body: string }) => (body === 'a' ? { ...growing, ceilingMs: 1_000 } : growing),
    handler: async ({ id, attempt }) => {
      if (id === 'a' || attempt === 1) throw new Error('fails');
    },
  });
  for (const id of ['a', 'b']) void world.sender.send(queue, { id, type: 'thing', body: id, groupId: 'g' });
  await world.start();
  for (let n = 0; n < 60 && world.seen.at(-1)?.id !== 'b'; n++) await world.pass(1_000);
  await world.pass(3_000);
  expect(world.seen.slice(-2).map(({ id, attempt }) => `${id}#${attempt}`)).toEqual(['b#1', 'b#2']);
  await world.end();
});
