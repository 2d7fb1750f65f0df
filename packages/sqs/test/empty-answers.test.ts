import { expect, test } from 'vitest';
import { MemorySqs } from '../src/testing/index.ts';
import { turns, World } from './world.ts';

/** Does not hold a receive open. */
class Hasty extends MemorySqs {
  hasty = true;
  asked = 0;
  override async receive(url: string, options: Parameters<MemorySqs['receive']>[1]) {
    if (!this.hasty) return super.receive(url, options);
    this.asked += 1;
    await turns(1);
    return [];
  }
}

test('A consumer does not ask again and again what answers at once that there is nothing', async () => {
  const world = new World({}, (clock) => new Hasty({ names: ['events'], clock }));
  const sqs = world.sqs as Hasty;
  world.consumer.start();
  await turns(200);
  expect(sqs.asked).toBeLessThan(10);
  for (let second = 0; second < 20; second++) await world.pass(1_000);
  expect(sqs.asked).toBeLessThan(100);
  sqs.hasty = false;
  void world.sender.send('events', { id: 'late', type: 'thing', body: 'late' });
  await world.pass(5_000);
  expect(world.seen.map(({ id }) => id)).toEqual(['late']);
  await world.end();
});
