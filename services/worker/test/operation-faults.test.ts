import { randomUUID } from 'node:crypto';
import { forUpdateSkipLocked, idToBytes } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { type DeadLetter, DeadLetters, openQueues } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { automaticIn } from '../src/dead-letters/operation-row.ts';
import { OperationUnderWayError } from '../src/dead-letters/operations.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { POSTERN } from '../src/operators/own-names.ts';
import { operating } from './support/operating.ts';
import { openWorkerParts, type WorkerParts, workerWriter } from './support/worker-process.ts';

let parts: WorkerParts;

beforeAll(async () => {
  parts = await openWorkerParts();
});
afterAll(() => parts?.close());

const signed = () => workerWriter.write(pruneRows, { what: 'jobs' }).body;

/** Dead jobs in the register, and an operation about exactly these. */
async function operation(
  letters: DeadLetter[],
  {
    kind = 'redrive',
    operator = 'kim',
    alone,
    total = letters.length,
    queue = 'jobs',
    on = parts,
  }: Partial<Begun> = {},
) {
  const world = operating(on);
  for (const letter of letters) await world.register.died(letter);
  const act = { operator, action: `dead-letters.${kind}`, target: queue, kind, queue };
  const filter = { ids: letters.map(({ id }) => id) };
  const id = await world.operations.begin(act, { filter, words: 'some letters', total, alone });
  return { ...world, id, find: () => world.operations.find(id), letters };
}

interface Begun {
  kind: 'redrive' | 'discard';
  operator: string;
  alone: string;
  total: number;
  queue: string;
  on: WorkerParts;
}

const jobs = (many: number, fields: Partial<DeadLetter> = {}) =>
  Array.from({ length: many }, () => deadLetter({ body: signed(), ...fields }));
const change = (id: string, columns: Record<string, unknown>) =>
  parts.test.database
    .sql('operations')
    .where({ id: idToBytes(id) })
    .update(columns);

describe('an operation', () => {
  it('whose row cannot be read ends, and holds up no other', async () => {
    const broken = await operation(jobs(1));
    await change(broken.id, { filter: '{"ids":["' });
    const sound = await operation(jobs(1), { kind: 'discard' });
    await until(async () => (await sound.runner.tick()) && (await sound.find())?.state === 'done');
    expect(await broken.find()).toMatchObject({ state: 'failed', done: 0, filter: undefined });
    expect(await sound.operations.list({ limit: 10 })).not.toEqual([]);
  });

  it('that waits for something holds up no other, however many wait', async () => {
    const { operations, runner } = operating(parts);
    const act = {
      operator: 'kim',
      action: 'dead-letters.redrive',
      target: 'jobs',
      kind: 'redrive' as const,
      queue: 'jobs',
    };
    const waiting: string[] = [];
    for (let n = 0; n < 25; n++) {
      waiting.push(await operations.begin(act, { filter: { ids: ['none'] }, words: 'none', total: 20 }));
    }
    for (const id of waiting)
      await change(id, { state: 'canary', canary_at: parts.test.database.clock.now(), done: 1 });
    const last = await operation(jobs(1), { kind: 'discard' });
    await until(async () => {
      await runner.tick();
      return (await last.find())?.state === 'done';
    });
    for (const id of waiting) await operations.cancel(id, 'kim');
  });

  it('forgets what was searched for when it is over, and its entry in the audit keeps what came of it', async () => {
    const { operations, audit, id, find } = await operation(jobs(1));
    expect((await find())?.filter).toBeDefined();
    await operations.cancel(id, 'kim');
    expect(await find()).toMatchObject({ state: 'cancelled', filter: undefined });
    await operations.progress(id, 'ten have passed so far');
    expect(await audit.find(id)).toMatchObject({ result: 'failed', detail: 'cancelled by kim' });
  });

  it('is the only one of its queue where it is to be, until it is over', async () => {
    const alone = `only ${randomUUID()}`;
    const first = await operation(jobs(1), { alone });
    await first.operations.stop(first.id, 'it waits for kim');
    await expect(operation(jobs(1), { alone })).rejects.toThrow(OperationUnderWayError);
    await first.operations.cancel(first.id, 'kim');
    const second = await operation(jobs(1), { alone });
    expect(await second.operations.isOpen(alone)).toBe(true);
    await second.operations.cancel(second.id, 'kim');
  });

  it('that nobody asked for and somebody cancels is known as cancelled, which one that only ended is not', async () => {
    const world = await operation(jobs(1), { operator: POSTERN });
    await world.operations.finish(world.id, 'done', 'sent');
    const before = await world.operations.cancelledAt('jobs');
    const { id, operations } = await operation(jobs(1), { operator: POSTERN });
    await operations.cancel(id, 'kim');
    expect([before, await operations.cancelledAt('jobs')]).toEqual([undefined, (await operations.find(id))?.endedAt]);
  });

  it('ends when its letters are past their time, though nobody has decided', async () => {
    const { operations, id, find } = await operation(jobs(1));
    await operations.stop(id, 'it waits for kim');
    await operations.endBefore(new Date(parts.test.database.clock.now().getTime() + 1_000));
    expect(await find()).toMatchObject({ state: 'cancelled' });
  });
});

it.each(['redrive', 'discard'] as const)(
  'a %s is about the letters that there were when it was begun, and no others',
  async (kind) => {
    const type = `numbers.${randomUUID()}`;
    const { operations, register, runner } = operating(parts);
    const two = jobs(2, { type });
    for (const letter of two) await register.died(letter);
    const act = { operator: 'kim', action: `dead-letters.${kind}`, target: 'jobs', kind, queue: 'jobs' };
    const id = await operations.begin(act, {
      filter: { type },
      words: 'of a type',
      total: await register.count('jobs', { type }),
    });
    const began = (await operations.find(id))?.createdAt ?? new Date();
    await until(async () => parts.test.database.clock.now() > began);
    // A pass through the queue finds what SQS itself has moved, long before.
    const sentAt = new Date((two[0]?.sentAt.getTime() ?? 0) - 60_000);
    await register.addMany(jobs(15, { type, sentAt, lastAt: undefined }));
    await until(async () => {
      await runner.tick();
      return (await operations.find(id))?.state === 'done';
    });
    expect(await operations.find(id)).toMatchObject({ done: 2, failed: 0 });
    expect(await register.count('jobs', { type })).toBe(15);
    for (const { id: letter } of two) {
      expect(await register.find('jobs', letter)).toMatchObject({ state: kind === 'redrive' ? 'sent' : 'discarded' });
    }
  },
);

it('letters that another transaction has locked are acted on later: the operation is not over before', async () => {
  const { database } = parts.test;
  const world = await operation(jobs(3), { kind: 'discard' });
  const first = { queue: 'jobs', letter_id: world.letters[0]?.id };
  if (database.dialect === 'mysql') {
    await database.transaction(async (tx) => {
      await forUpdateSkipLocked(tx.sql('dead_letters').where(first), tx.dialect);
      await world.runner.tick();
      // Nothing but the locked one is left: it does not ask again and again.
      for (let n = 0; n < 2; n++) expect(await world.runner.tick()).toBe(false);
      expect(await world.find()).toMatchObject({ state: 'running', done: 2 });
    });
  }
  await until(async () => {
    await world.runner.tick();
    return (await world.find())?.state === 'done';
  });
  expect(await world.find()).toMatchObject({ done: 3 });
});

describe('the first letters of an operation', () => {
  it('are judged without those that it has passed over', async () => {
    const { mac: _mac, ...unsigned } = JSON.parse(signed()) as { mac: string };
    const world = await operation([...jobs(2, { body: JSON.stringify(unsigned) }), ...jobs(9)]);
    await world.runner.tick();
    await world.runner.tick();
    expect(await world.find()).toMatchObject({ state: 'canary', done: 8, failed: 2 });
    await world.operations.cancel(world.id, 'kim');
  });

  it('are not judged while their queue is paused, and none are sent there', async () => {
    const world = await operation(jobs(11));
    await world.runner.tick();
    const target = { queue: 'jobs', handler: '' };
    await world.pauses.pause(target, { by: 'kim', reason: 'repairs' });
    await change(world.id, { canary_at: new Date(0) });
    await world.runner.tick();
    expect(await world.find()).toMatchObject({ state: 'canary', done: 10 });
    const later = await operation(jobs(1));
    await later.runner.tick();
    expect(await later.find()).toMatchObject({ state: 'running', done: 0 });
    await world.pauses.resume(target);
    for (const { operations, id } of [world, later]) await operations.cancel(id, 'kim');
  });

  it('have passed where nothing is on record of what is handled, when none has died again for a minute', async () => {
    const queue = 'provider-events';
    const { client, prefix } = parts.sqs;
    const queues = await openQueues(client, { prefix, names: [queue], create: true });
    const notices = jobs(11, { queue, body: '{"Type":"Notification"}' });
    const world = await operation(notices, { queue, on: { ...parts, queues } });
    await world.runner.tick();
    await world.runner.tick();
    expect(await world.find()).toMatchObject({ state: 'canary', done: 10 });
    await change(world.id, { canary_at: new Date(parts.test.database.clock.now().getTime() - 61_000) });
    await until(async () => {
      await world.runner.tick();
      return (await world.find())?.state === 'done';
    });
    expect(await world.find()).toMatchObject({ done: 11 });
  });

  it.each([
    ['have died because an old release does not know them', 'unknown-type', 'done'],
    ['have failed', 'attempts-used-up', 'stopped'],
  ])('that nobody asked for and that %s: %s leaves it %s', async (_what, reason, state) => {
    const world = await operation(jobs(11), { alone: automaticIn('jobs') });
    await world.runner.tick();
    const [first] = await parts.test.database.sql('dead_letters').where({ operation_id: idToBytes(world.id) });
    const dead = world.letters.find(({ id }) => id === first.letter_id) as DeadLetter;
    await world.register.died({ ...dead, reason, lastAt: parts.test.database.clock.now() });
    await world.runner.tick();
    expect(await world.find()).toMatchObject({ state, done: 10 });
    await world.operations.cancel(world.id, 'kim');
  });
});

it('copies of what was acted on while a pass was under way are deleted by one more', async () => {
  const { database } = parts.test;
  const [letter] = jobs(1) as [DeadLetter];
  let passes = 0;
  class Passing extends DeadLetters {
    override async pass(queue: string, decide: Parameters<DeadLetters['pass']>[1]): ReturnType<DeadLetters['pass']> {
      if (queue === 'jobs') passes += 1;
      const gone = await decide([letter]);
      if (passes === 1) {
        const acted = { state: 'discarded', acted_at: database.clock.now() };
        await database.sql('dead_letters').where({ letter_id: letter.id }).update(acted);
      }
      return { looked: 1, isWhole: true, removed: gone.size };
    }
  }
  const { logger } = operating(parts);
  const { runner, operations } = operating(parts, new Passing(parts.sqs.client, parts.queues, { logger }));
  for (const { id } of await operations.list({ limit: 100 })) await operations.cancel(id, 'kim');
  const act = {
    operator: 'kim',
    action: 'dead-letters.survey',
    target: 'jobs',
    kind: 'survey' as const,
    queue: 'jobs',
  };
  const id = await operations.begin(act, { filter: {}, words: 'the queue', total: 1 });
  await until(async () => {
    await runner.tick();
    return (await operations.find(id))?.state === 'done';
  });
  expect(passes).toBe(2);
  expect(await database.sql('dead_letters').where({ letter_id: letter.id }).first()).toMatchObject({
    copy_gone: expect.anything(),
  });
  expect((await operations.find(id))?.note).toContain('1 that were acted on deleted');
});
