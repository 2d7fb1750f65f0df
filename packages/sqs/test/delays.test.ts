import { describe, expect, test } from 'vitest';
import { SQS_LIMITS } from '../src/client/sqs-api.ts';
import { DEAD, fromWire, PermanentError, RetryLater, WIRE } from '../src/index.ts';
import { entryBytes } from '../src/sender/prepared-message.ts';
import { FullDeadLetters, turns, World } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function refuse(): Promise<void> {
  throw new PermanentError('nobody-wants-it');
}

describe('A delay', () => {
  test('of three days is kept, counts as no attempt, and outlives the process', async () => {
    const world = new World();
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b', delayMs: 3 * DAY });
    await world.start();
    await world.skip(3 * DAY - HOUR, 4 * HOUR);
    expect(world.seen).toEqual([]);
    await world.pass(HOUR);
    await world.pass(60_000);
    expect(world.seen.map((one) => [one.id, one.attempt])).toEqual([['a', 1]]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('of thirty days outlives what SQS keeps a message for', async () => {
    const world = new World();
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b', delayMs: 30 * DAY, attributes: { k: 'v' } });
    // What SQS would refuse as text travels packed, and must not be taken for text on the way.
    void world.sender.send('events', { id: 'odd', type: 'thing', body: '\uFFFF', delayMs: 30 * DAY });
    await world.start();
    await world.skip(30 * DAY - HOUR, 5 * HOUR);
    expect(world.seen).toEqual([]);
    await world.skip(2 * HOUR, HOUR);
    expect(world.seen.map(({ id, body, attempt, attributes }) => [id, body, attempt, attributes])).toEqual([
      ['a', 'b', 1, { k: 'v' }],
      ['odd', '\uFFFF', 1, {}],
    ]);
    await world.end();
  });

  test('of more than a year is refused, and a handler that asks for one has a year', async () => {
    const world = new World({
      handler: async () => {
        throw new RetryLater('for ever', { delayMs: Number.POSITIVE_INFINITY });
      },
    });
    const tooLong = world.sender.send('events', { id: 'b', type: 'thing', body: 'b', delayMs: 367 * DAY });
    await expect(tooLong).rejects.toMatchObject({ code: 'BadDelay' });
    await world.start('a');
    await world.pass(1_000);
    expect(fromWire(world.sqs.queue('events').contents[0]?.attributes)[WIRE.notBefore]).toBe(
      String(Date.parse('2027-01-02T00:00:00.000Z')),
    );
    await world.end();
  });

  test('of two days that a handler asks for is kept, and costs no attempt', async () => {
    let runs = 0;
    const world = new World({
      handler: async () => {
        runs += 1;
        if (runs === 1) throw new RetryLater('in two days', { delayMs: 2 * DAY });
      },
    });
    await world.start('a');
    await world.skip(2 * DAY - HOUR, 5 * HOUR);
    expect(world.seen).toHaveLength(1);
    await world.skip(2 * HOUR, HOUR);
    expect(world.seen.map((one) => one.attempt)).toEqual([1, 1]);
    expect(world.left).toBe(0);
    await world.end();
  });
});

describe('A frame', () => {
  const many = Array.from({ length: 50 }, (_, n) => `m${n}`);

  test('comes back whole when the copy of a failed entry cannot be sent', async () => {
    const world = new World({
      handler: async ({ id, attempt }) => {
        if (id === 'm3' && attempt === 1) throw new Error('once');
      },
    });
    for (const id of many) void world.sender.send('events', { id, type: 'thing', body: id });
    await turns();
    for (let n = 0; n < 40; n++) world.sqs.failNext('send');
    world.consumer.start();
    await world.pass(60_000);
    const runs = world.seen.filter((one) => one.id === 'm3').map((one) => one.attempt);
    expect(runs).toEqual([1, 2]);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('counts its own receives for the attempts of its entries', async () => {
    const world = new World();
    for (const id of many) void world.sender.send('events', { id, type: 'thing', body: id, attempt: 3 });
    await turns();
    // Somebody received it and died.
    const { url } = world.sqs.queues.get('events');
    await world.sqs.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 1 });
    await world.start();
    await world.pass(3_000);
    expect(world.seen).toHaveLength(50);
    expect(new Set(world.seen.map((one) => one.attempt))).toEqual(new Set([4]));
    await world.end();
  });
});

test('A delay in a FIFO queue holds what is behind it in its group, also what comes with it, and no other group', async () => {
  const world = new World({ queue: 'events.fifo' });
  const send = (id: string, delayMs = 0) =>
    world.sender.send('events.fifo', { id, type: 'thing', body: 'b', groupId: id.charAt(0), delayMs });
  void Promise.all([send('a1', 60_000), send('a2'), send('b1'), send('a3')]);
  await world.start();
  await world.pass(1_000);
  expect(world.seen.map(({ id }) => id)).toEqual(['b1']);
  await world.pass(120_000);
  expect(world.seen.map(({ id }) => id)).toEqual(['b1', 'a1', 'a2', 'a3']);
  expect(world.left).toBe(0);
  await world.end();
});

describe('A dead letter', () => {
  test('that cannot be written leaves the message in its queue, to be tried again', async () => {
    const world = new World({ handler: refuse });
    void world.sender.send('events', { id: 'a', type: 'thing', body: 'b' });
    await turns();
    for (let n = 0; n < 40; n++) world.sqs.failNext('send');
    world.consumer.start();
    await world.pass(5_000);
    expect(world.seen[0]?.id).toBe('a');
    expect(world.sqs.deadLetters('events').contents).toHaveLength(0);
    await world.pass(600_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    expect(fromWire(dead?.attributes)).toMatchObject({ [WIRE.id]: 'a', [DEAD.reason]: 'nobody-wants-it' });
    expect(world.left).toBe(0);
    await world.end();
  });

  test('that cannot be written is tried again less and less often', async () => {
    const world = new World({ handler: refuse }, (clock) => new FullDeadLetters({ names: ['events'], clock }));
    await world.start('a');
    await world.pass(HOUR / 3);
    const tries = world.logger.lines.filter(({ message }) => message.startsWith('A dead letter could not be written'));
    expect(tries.length).toBeLessThan(20);
    await world.end();
  });

  const TIMES = [DEAD.reason, DEAD.times];
  test.each([
    { room: 0, why: [] },
    { room: 100, why: [DEAD.reason] },
    { room: 160, why: TIMES },
    { room: 400, why: [...TIMES, DEAD.error, DEAD.attempts, DEAD.handler] },
  ])('has as much of why as its message leaves room for ($room bytes)', async ({ room, why }) => {
    const world = new World({ handler: refuse });
    const body = 'x'.repeat(SQS_LIMITS.bytes - room);
    await world.sqs.sendBatch(world.sqs.queues.get('events').url, [{ body, attributes: {} }]);
    await world.start();
    await world.pass(1_000);
    const [dead = { body: '', attributes: {} }] = world.sqs.deadLetters('events').contents;
    expect(dead.body).toBe(body);
    expect(Object.keys(dead.attributes).filter((name) => name.startsWith('dead-'))).toEqual(why);
    expect(entryBytes(dead)).toBeLessThanOrEqual(SQS_LIMITS.bytes);
    expect(world.left).toBe(0);
    await world.end();
  });

  test('keeps the times of the first receive and the last failure', async () => {
    const world = new World({
      retry: { attempts: 3, baseMs: 60_000, ceilingMs: 60_000 },
      handler: async () => {
        throw new Error('no');
      },
    });
    await world.start('a');
    await world.pass(300_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    const [first = '', last = ''] = (fromWire(dead?.attributes)[DEAD.times] ?? '').split('/');
    expect(first).toBe('2026-01-01T00:00:00.000Z');
    const between = new Date(last).getTime() - new Date(first).getTime();
    expect(between).toBeGreaterThanOrEqual(60_000);
    expect(between).toBeLessThan(61_000);
    await world.end();
  });
});
