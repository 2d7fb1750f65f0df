import { describe, expect, test } from 'vitest';
import { DEAD, fromWire, WIRE } from '../src/index.ts';
import { FullDeadLetters, turns, World } from './world.ts';

/** So many consumers receive what is there and die before they can say what became of it. */
async function die(world: World, times: number, ...ids: string[]) {
  for (const id of ids) void world.sender.send('events', { id, type: 'thing', body: `body of ${id}` });
  await turns();
  const { url } = world.sqs.queues.get('events');
  for (let n = 0; n < times; n++) {
    for (const _ of ids) await world.sqs.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 30 });
    world.sqs.queue('events').expireLeases();
  }
}

describe('A message whose consumers died', () => {
  test('as often as it has attempts is a dead letter without another run, and its end is reported', async () => {
    const ended: string[] = [];
    const world = new World({
      retry: { attempts: 5 },
      givenUp: async ({ id }, error) => void ended.push(`${id}: ${(error as Error).name}`),
    });
    await die(world, 5, 'killer');
    await world.start();
    await world.pass(5_000);
    expect(world.seen).toEqual([]);
    expect(ended).toEqual(['killer: AttemptsUsedUpError']);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)).toMatchObject({
      [WIRE.id]: 'killer',
      [DEAD.reason]: 'attempts-used-up',
      [DEAD.attempts]: '5',
    });
    expect(world.left).toBe(0);
    await world.end();
  });

  test.each([1, 2])('has its last try of %i: it may have died with others in line', async (attempts) => {
    const world = new World({
      retry: { attempts },
      handler: async () => {
        throw new Error('fails');
      },
    });
    await die(world, attempts, 'a');
    await world.start();
    await world.pass(1_000);
    expect(world.seen.map(({ attempt }) => attempt)).toEqual([attempts]);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)).toMatchObject({ [DEAD.attempts]: `${attempts}`, [DEAD.error]: 'Error: fails' });
    await world.end();
  });

  test('three times is a dead letter without a run, however few tries it has', async () => {
    const world = new World({ retry: { attempts: 1 } });
    await die(world, 3, 'killer');
    await world.start();
    await world.pass(1_000);
    expect(world.seen).toEqual([]);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)[DEAD.error]).toMatch(/received 3 times and nothing was heard of it/);
    await world.end();
  });

  test('and that cannot be written as a dead letter is not reported as ended while it may run again', async () => {
    let sqs: FullDeadLetters | undefined;
    const ended: string[] = [];
    const world = new World({ retry: { attempts: 5 }, givenUp: async ({ id }) => void ended.push(id) }, (clock) => {
      sqs = new FullDeadLetters({ names: ['events'], clock });
      return sqs;
    });
    await die(world, 5, 'killer');
    await world.start();
    for (let n = 0; n < 5; n++) await world.pass(1_000);
    expect(ended).toEqual([]);
    if (sqs) sqs.full = false;
    for (let n = 0; n < 60 && ended.length === 0; n++) await world.pass(10_000);
    expect(ended).toEqual(['killer']);
    expect(world.sqs.deadLetters('events').contents).toHaveLength(1);
    await world.end();
  });

  test('and that failed at its last try does not run again while no dead letter can be written', async () => {
    let sqs: FullDeadLetters | undefined;
    const options = {
      retry: { attempts: 2, baseMs: 1_000, ceilingMs: 1_000 },
      handler: async () => {
        throw new Error('fails');
      },
    };
    const world = new World(options, (clock) => {
      sqs = new FullDeadLetters({ names: ['events'], clock });
      return sqs;
    });
    await world.start('a');
    for (let n = 0; n < 20; n++) await world.pass(1_000);
    expect(world.seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    if (sqs) sqs.full = false;
    for (let n = 0; n < 60 && world.left > 0; n++) await world.pass(10_000);
    expect(world.seen).toHaveLength(2);
    const letters = world.sqs.deadLetters('events').contents;
    expect(letters.map(({ attributes }) => fromWire(attributes)[DEAD.error])).toEqual([
      expect.stringContaining('used up before'),
    ]);
    await world.end();
  });

  test('runs with no other beside it, and what is there besides goes on', async () => {
    let running = 0;
    let most = 0;
    const world = new World({
      retry: { attempts: 5 },
      handler: async () => {
        running += 1;
        most = Math.max(most, running);
        await turns(1);
        running -= 1;
      },
    });
    await die(world, 3, 'a', 'b', 'c');
    await world.start();
    for (let n = 0; n < 20; n++) await world.pass(1_000);
    expect(world.seen.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
    expect(most).toBe(1);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('in a frame comes by itself the next time, with the attempt it had', async () => {
    const world = new World({ retry: { attempts: 5 } });
    const ids = Array.from({ length: 40 }, (_, n) => `m${n}`);
    await die(world, 3, ...ids);
    expect(world.left).toBeLessThan(40);
    await world.start();
    for (let n = 0; n < 30; n++) await world.pass(1_000);
    expect(world.seen.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(world.left).toBe(0);
    expect(world.sqs.deadLetters('events').contents).toEqual([]);
    await world.end();
  });
});
