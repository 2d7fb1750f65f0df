import { expect, test } from 'vitest';
import { World } from './world.ts';

const queue = 'orders.fifo';

test('what is behind a message of a FIFO group that SQS does not delete comes after it has come again', async () => {
  const world = new World({ queue });
  for (const id of ['a', 'b']) void world.sender.send(queue, { id, type: 'thing', body: id, groupId: 'g' });
  // As often as the consumer tries.
  for (let n = 0; n < 5; n++) world.sqs.failNext('delete');
  await world.start();
  for (let n = 0; n < 30; n++) await world.pass(1_000);
  expect(world.seen.map(({ id }) => id)).toEqual(['a', 'a', 'b']);
  expect(world.left).toBe(0);
  await world.end();
});

test('a message of a FIFO group whose dead letter is written neither runs nor dies again while SQS does not delete it', async () => {
  const givenUp: string[] = [];
  const world = new World({
    queue,
    retry: { attempts: 2, baseMs: 1_000, ceilingMs: 1_000 },
    handler: async ({ id }) => {
      if (id === 'a') throw new Error('fails');
    },
    givenUp: async ({ id }) => void givenUp.push(id),
  });
  for (const id of ['a', 'b']) void world.sender.send(queue, { id, type: 'thing', body: id, groupId: 'g' });
  // Twice as often as the consumer tries.
  for (let n = 0; n < 10; n++) world.sqs.failNext('delete');
  await world.start();
  for (let n = 0; n < 60 && world.left > 0; n++) await world.pass(1_000);
  expect(world.seen.map(({ id }) => id)).toEqual(['a', 'a', 'b']);
  expect(givenUp).toEqual(['a']);
  expect(world.sqs.deadLetters(queue).contents).toHaveLength(1);
  expect(world.left).toBe(0);
  await world.end();
});
