import { FakeClock } from '@postern/runtime';
import { expect, test } from 'vitest';
import { Sleepers } from './sleepers.ts';

test('Whoever is woken, or has slept long enough, is remembered no longer', async () => {
  const clock = new FakeClock();
  const sleepers = new Sleepers(clock);
  for (let n = 0; n < 3; n++) {
    const slept = sleepers.sleep(1_000);
    await clock.advance(1_000);
    await slept;
  }
  expect(sleepers.count).toBe(0);
  const woken = [sleepers.sleep(1_000), sleepers.sleep()];
  expect(sleepers.count).toBe(2);
  sleepers.wake();
  await Promise.all(woken);
  expect(sleepers.count).toBe(0);
  expect(clock.sleeping).toBe(0);
});
