import { expect, test } from 'vitest';
import { DEAD, fromWire, TryFailed } from '../src/index.ts';
import { World } from './world.ts';

test('a message has more tries than SQS has receives, as far apart as each failure asks, and then is a dead letter', async () => {
  const world = new World({
    // Of one type: whoever looks at the settings sees the tries of all others.
    retry: ({ type }) => (type === '' ? {} : { attempts: 130 }),
    handler: async () => {
      throw new TryFailed(new Error('no answer'), 5_000);
    },
  });
  await world.start('m1');
  await world.pass(4_000);
  expect(world.seen).toHaveLength(1);
  for (let n = 0; n < 135; n++) await world.pass(6_000);
  expect(world.seen.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 130 }, (_, index) => index + 1));
  const [dead] = world.sqs.deadLetters('events').contents;
  expect(fromWire(dead?.attributes)).toMatchObject({ [DEAD.reason]: 'attempts-used-up', [DEAD.attempts]: '130' });
  expect(fromWire(dead?.attributes)[DEAD.error]).toContain('no answer');
  await world.end();
});
