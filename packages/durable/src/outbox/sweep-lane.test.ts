import { expect, test } from 'vitest';
import { SweepLane } from './sweep-lane.ts';

test('whoever starts a lane that is under way has it run once more, and waits for nothing', async () => {
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<number>());
  let runs = 0;
  const lane = new SweepLane(() => (gates[runs++] as (typeof gates)[0]).promise);
  const begun = lane.start();
  expect([lane.start(), lane.start()]).toEqual([undefined, undefined]);
  gates[0]?.resolve(1);
  gates[1]?.resolve(2);
  expect(await begun).toBe(3);
  expect(runs).toBe(2);
  const next = lane.start();
  gates[2]?.resolve(4);
  expect(await next).toBe(4);
});
