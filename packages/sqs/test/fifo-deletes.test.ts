import { expect, test } from 'vitest';
import { World } from './world.ts';

test('what is behind a message of a FIFO group that SQS does not delete comes after it has come again', async () => {
  const queue = 'orders.fifo';
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
