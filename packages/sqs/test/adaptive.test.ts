import { describe, expect, test } from 'vitest';
import { turns, World } from './world.ts';

/** What a handler depends on: so many calls at a time take 100 ms each, and more get in each other's way. */
class Dependency {
  capacity = 50;
  running = 0;
  done = 0;

  async call(sleep: (ms: number) => Promise<void>): Promise<void> {
    this.running += 1;
    try {
      await sleep(100 * Math.max(1, (this.running / this.capacity) ** 2));
      this.done += 1;
    } finally {
      this.running -= 1;
    }
  }
}

/** Calls that got through in each phase: as usual, with a tenth of the capacity, and as usual again. */
async function phases(concurrency: number | { min: number; max: number }): Promise<number[]> {
  const dependency = new Dependency();
  const world: World = new World({ concurrency, handler: () => dependency.call((ms) => world.clock.sleep(ms)) });
  for (let n = 0; n < 15_000; n++) void world.sender.send('events', { id: String(n), type: 'thing', body: 'b' });
  await turns(50);
  world.consumer.start();
  const done: number[] = [];
  for (const capacity of [50, 5, 50]) {
    dependency.capacity = capacity;
    // What the step itself stirs up is not counted.
    await world.clock.advance(8_000);
    const before = dependency.done;
    await world.clock.advance(8_000);
    done.push(dependency.done - before);
  }
  await world.end();
  return done;
}

describe('Adaptive concurrency', () => {
  test('does several times a fixed setting when what handlers need slows down, and as much before and after', async () => {
    const [before = 0, during = 0, after = 0] = await phases({ min: 2, max: 50 });
    const [fixedBefore = 0, fixedDuring = 0, fixedAfter = 0] = await phases(50);
    expect(before).toBeGreaterThan(0.8 * fixedBefore);
    expect(during).toBeGreaterThan(3 * fixedDuring);
    expect(after).toBeGreaterThan(0.8 * fixedAfter);
  });
});
