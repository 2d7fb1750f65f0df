import { expect, test } from 'vitest';
import type { ConsumerOptions } from '../src/index.ts';
import { World } from './world.ts';

test.each<[string, Partial<ConsumerOptions>]>([
  ['its retry policy', { retry: () => expect.fail('no policy') }],
  ['what names its handler', { handlerName: () => expect.fail('no name') }],
])('a message that has failed comes again though %s throws', async (_what, faulty) => {
  const world = new World({
    ...faulty,
    handler: async ({ attempt }) => {
      if (attempt === 1) throw new Error('a failure');
    },
  });
  await world.start('a');
  for (let n = 0; n < 4; n++) await world.pass(5_000);
  expect(world.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(world.left).toBe(0);
  await world.end();
});
