import { expect, test } from 'vitest';
import { DEAD, fromWire, RetryLater } from '../src/index.ts';
import { World } from './world.ts';

test('what is asked to wait for what is no number waits as if it had not said for how long, and costs no try', async () => {
  const said = { delayMs: Number('soon'), atMostMs: Number('a day') };
  const world = new World({
    retry: { waitMs: 30_000 },
    handler: async () => {
      throw new RetryLater('the provider is down', said);
    },
  });
  await world.start('a');
  for (let n = 0; n < 12; n++) await world.pass(6_000);
  const [dead] = world.sqs.deadLetters('events').contents;
  expect(fromWire(dead?.attributes)).toMatchObject({ [DEAD.reason]: 'waited-too-long', [DEAD.attempts]: '1' });
  await world.end();
});
