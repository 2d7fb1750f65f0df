import { randomBytes, randomUUID } from 'node:crypto';
import { Outbox } from '@postern/durable';
import { MemoryLogger, Metrics } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { DEAD, DeadLetters, toSqsApi, WIRE } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import type { Operation } from '../src/dead-letters/operation-row.ts';
import { Operations } from '../src/dead-letters/operations.ts';
import { QueueSurvey } from '../src/dead-letters/queue-survey.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { operating } from './support/operating.ts';
import { openWorkerParts, type WorkerParts, workerWriter } from './support/worker-process.ts';

const WAIT = { timeout: 120_000 };

let parts: WorkerParts;
let operations: Operations;

beforeAll(async () => {
  parts = await openWorkerParts();
  operations = new Operations(parts.test.database, new OperatorAudit(parts.test.database));
});
afterAll(() => parts?.close());

const ended = (id: string) =>
  vi.waitFor(async () => {
    const operation = await operations.find(id);
    expect(operation?.endedAt).toBeDefined();
    return operation;
  }, WAIT);

it('a copy that was acted on may go, and one that died since waits for a decision, whatever SQS’s clock says', async () => {
  const { database } = parts.test;
  const register = new LetterRegister(database);
  const queue = `clock-${randomUUID()}`;
  const at = (ms: number) => new Date(database.clock.now().getTime() + ms);
  const copy = (id: string, sentAt: Date, lastAt?: Date) =>
    deadLetter({ queue, id, sentAt, lastAt, firstAt: undefined, reason: 'moved-by-sqs' });
  const moved = copy('moved', at(-7_200_000));
  const given = copy('given-up', at(-3_600_000), at(-3_600_000));
  expect(await register.seen(queue, [moved, given])).toEqual(new Set());
  await database
    .sql('dead_letters')
    .where({ queue })
    .update({ state: 'sent', acted_at: at(-1_000) });
  expect(await register.seen(queue, [moved, given])).toEqual(new Set([moved, given]));
  // SQS, whose clock is behind, dates the second death of one before the act.
  expect(await register.seen(queue, [copy('moved', at(-60_000)), copy('given-up', at(0), at(0))])).toEqual(new Set());
  expect(await register.count(queue, {})).toBe(2);
  // The first copy of one that died again is still one that was acted on.
  expect(await register.seen(queue, [given])).toEqual(new Set([given]));
  // Its second death, by a worker's clock that is a little behind the act's: registered as dead, it is not one that was acted on.
  const behind = copy('behind', at(-3_600_000), at(-2_000));
  await register.died(behind);
  await database
    .sql('dead_letters')
    .where({ queue, letter_id: 'behind' })
    .update({ acted_at: at(-1_000) });
  expect(await register.seen(queue, [behind])).toEqual(new Set());
});

it('of two copies that a pass sees together, the one that has died again stays in SQS', async () => {
  const { database } = parts.test;
  const queue = 'jobs';
  const url = parts.queues.get(queue).deadLetterUrl;
  const api = toSqsApi(parts.sqs.client);
  const id = `twice-${randomUUID()}`;
  const now = database.clock.now().getTime();
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const entryOf = (error: string, diedAt: number) => {
    const at = new Date(diedAt).toISOString();
    const dead = { [DEAD.error]: text(error), [DEAD.times]: text(`${at}/${at}`) };
    return { body: 'the same', attributes: { [WIRE.id]: text(id), [WIRE.type]: text('rows.prune'), ...dead } };
  };
  expect(await api.sendBatch(url, [entryOf('first', now - 60_000), entryOf('second', now)])).toEqual([]);
  const register = new LetterRegister(database);
  const letters = new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger(), waitSeconds: 0 });
  await letters.pass(queue, async (some) => {
    await register.addMany(some.filter(({ error }) => error === 'first'));
    await database
      .sql('dead_letters')
      .where({ queue, letter_id: id })
      .update({ state: 'sent', acted_at: new Date(now - 30_000) });
    return register.seen(queue, some);
  });
  expect((await letters.list(queue, { ids: [id] })).map(({ error }) => error)).toEqual(['second']);
  expect(await register.find(queue, id)).toMatchObject({ state: 'dead', error: 'second' });
});

const runner = (letters: DeadLetters) => operating(parts, letters).runner;

const begin = (kind: 'redrive' | 'discard' | 'survey', ids: string[]) =>
  operations.begin(
    { operator: 'kim', action: `dead-letters.${kind}`, target: 'jobs', kind, queue: 'jobs' },
    { filter: { ids }, words: 'some letters', total: ids.length },
  );

it('a letter that nobody has signed stays, or that the outbox has no room for, and the others are sent back', async () => {
  const register = new LetterRegister(parts.test.database);
  const ids = [`${randomUUID()}-${'long'.repeat(20)}`, randomUUID(), randomUUID()];
  const { mac: _mac, ...forged } = JSON.parse(workerWriter.write(pruneRows, { what: 'jobs' }).body) as { mac: string };
  const bodies = ['{}', '{}', JSON.stringify(forged)];
  await register.addMany(ids.map((id, n) => deadLetter({ id, reason: 'no-mac', body: bodies[n] ?? '' })));
  const id = await begin('redrive', ids);
  const letters = new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger(), waitSeconds: 0 });
  const running = runner(letters);
  running.start();
  expect(await ended(id)).toMatchObject({ state: 'done', done: 1, failed: 2 });
  await running.stop();
});

it('what is put off in the outbox holds up no letter', async () => {
  const { database } = parts.test;
  const outbox = new Outbox(database, parts.sender, {
    logger: new MemoryLogger(),
    metrics: new Metrics({ defaults: false }),
  });
  const later = Array.from({ length: 2_000 }, () => ({ id: randomUUID(), type: 'later', body: '{}' }));
  const availableAt = new Date(database.clock.now().getTime() + 86_400_000);
  await database.transaction((tx) => outbox.addMany(tx, 'jobs', later, { availableAt }));
  const id = randomUUID();
  await new LetterRegister(database).died(deadLetter({ id }));
  const operation = await begin('redrive', [id]);
  const running = runner(new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger() }));
  running.start();
  expect(await ended(operation)).toMatchObject({ state: 'done', done: 1 });
  await running.stop();
});

it('a stop does not wait for a pass that has many letters to give back', async () => {
  const passing = Promise.withResolvers<void>();
  class Endless extends DeadLetters {
    override pass(): ReturnType<DeadLetters['pass']> {
      passing.resolve();
      return new Promise(() => undefined);
    }
  }
  const id = await begin('survey', []);
  const running = runner(new Endless(parts.sqs.client, parts.queues, { logger: new MemoryLogger() }));
  running.start();
  await passing.promise;
  await running.stop();
  expect(await operations.cancel(id, 'kim')).toBe(true);
});

it('letters of a megabyte are written down and acted on, some at a time', async () => {
  const register = new LetterRegister(parts.test.database);
  const ids = Array.from({ length: 6 }, () => randomUUID());
  await register.addMany(ids.map((id) => deadLetter({ id, body: '"'.repeat(1_000_000) })));
  const id = await begin('discard', ids);
  const running = runner(new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger() }));
  running.start();
  expect(await ended(id)).toMatchObject({ state: 'done', done: 6 });
  await running.stop();
});

describe('a stranger who can write to a queue', () => {
  const queue = 'jobs';

  it('does not replace another letter by its id: what is done with one leaves the other, and its copy in SQS', async () => {
    const { register } = operating(parts);
    const { database } = parts.test;
    const id = randomUUID();
    const genuine = deadLetter({ id, body: workerWriter.write(pruneRows, { what: 'jobs' }).body });
    const forged = deadLetter({ id, body: '{"id":"forged"}', reason: 'no-mac' });
    await register.died(genuine);
    await register.died(forged);
    await register.died(forged);
    expect(await register.find(queue, id)).toMatchObject({ body: genuine.body, letterId: id });
    const all = await register.list(queue, {}, { limit: 100 });
    const his = all.find(({ body }) => body === forged.body);
    expect(all.filter((letter) => letter.id === id)).toHaveLength(2);
    expect(his?.letterId).not.toBe(id);
    await database
      .sql('dead_letters')
      .where({ queue, letter_id: his?.letterId })
      .update({ state: 'discarded', acted_at: new Date(database.clock.now().getTime() + 1_000) });
    expect(await register.seen(queue, [genuine, forged])).toEqual(new Set([forged]));
    expect(await register.find(queue, id)).toMatchObject({ state: 'dead', body: genuine.body });
  });

  it('keeps no other letter from being written down, shown or acted on by the times in his', async () => {
    const { register, operations, runner } = operating(parts);
    const at = (lastAt: Date) => deadLetter({ lastAt, reason: 'strange-time' });
    const strange = [at(new Date(8.64e15)), at(new Date(-8.64e15)), at(new Date('9999-12-31T23:59:59Z'))];
    const sound = deadLetter({ reason: 'strange-time' });
    expect(await register.seen(queue, [...strange, sound])).toEqual(new Set());
    expect(await register.count(queue, { reason: 'strange-time' })).toBe(4);
    const ids = [...strange, sound].map((letter) => letter.id);
    const id = await begin('discard', ids);
    await until(async () => {
      await runner.tick();
      return (await operations.find(id))?.state === 'done';
    });
    expect(await operations.find(id)).toMatchObject({ done: 4 });
    expect(await register.seen(queue, [...strange, sound])).toEqual(new Set([...strange, sound]));
  });
});

it('a pass forgets letters that are not in SQS, but for those that have just died: SQS shows them late', async () => {
  const { register, operations, runner } = operating(parts);
  const [gone, late] = [deadLetter(), deadLetter()];
  for (const letter of [gone, late]) await register.died(letter);
  const long = new Date(parts.test.database.clock.now().getTime() - 3_600_000);
  await parts.test.database.sql('dead_letters').where({ letter_id: gone.id }).update({ seen_at: long });
  // A pass that does not see all that SQS counts forgets nothing, and some that others looked at are not shown for a while.
  let id = await begin('survey', []);
  await until(async () => {
    await runner.tick();
    if ((await operations.find(id))?.state !== 'done') return false;
    if ((await register.find('jobs', gone.id)) === undefined) return true;
    id = await begin('survey', []);
    return false;
  });
  expect(await register.find('jobs', late.id)).toMatchObject({ state: 'dead' });
});

it('letters are forgotten some at a time, as long as the pass is this replica’s', async () => {
  const { database } = parts.test;
  const register = new LetterRegister(database);
  const queue = `long-${randomUUID()}`;
  await register.addMany(Array.from({ length: 450 }, () => deadLetter({ queue })));
  const later = new Date(database.clock.now().getTime() + 60_000);
  const asked: boolean[] = [];
  // Once for those that were acted on, and once for two hundred that wait.
  const goesOn = async () => asked.push(true) <= 2;
  expect(await register.forgetUnseen(queue, later, goesOn)).toBe(200);
  expect(await register.count(queue, {})).toBe(250);
});

it('a pass whose operation is another replica’s by now forgets nothing', async () => {
  const { register, operations, letters } = operating(parts);
  const letter = deadLetter();
  await register.died(letter);
  const long = new Date(parts.test.database.clock.now().getTime() - 3_600_000);
  await parts.test.database.sql('dead_letters').where({ letter_id: letter.id }).update({ seen_at: long });
  const id = await begin('survey', []);
  // Held, so that no runner takes it up meanwhile.
  const held = new Date(parts.test.database.clock.now().getTime() + 3_600_000);
  const operation = (await operations.claim(id, randomBytes(16), held)) as Operation;
  const survey = new QueueSurvey({ database: parts.test.database, operations, register }, letters);
  await survey.run(operation, async () => false, new AbortController().signal);
  expect(await register.find('jobs', letter.id)).toMatchObject({ state: 'dead' });
  expect(await operations.find(id)).toMatchObject({ state: 'running' });
  await operations.finish(id, 'done', 'over');
});

it('a letter whose row is damaged is listed with the others, may be discarded, and is never sent', async () => {
  const { register, operations, runner } = operating(parts);
  const letters = [deadLetter({ reason: 'damaged' }), deadLetter({ reason: 'damaged' })];
  for (const letter of letters) await register.died(letter);
  const [damaged, sound] = letters.map(({ id }) => id) as [string, string];
  for (const letter of ['{"body":', '{}', '{"id":"x","body":"{}","sentAt":"never"}']) {
    await parts.test.database.sql('dead_letters').where({ letter_id: damaged }).update({ letter });
    const listed = await register.list('jobs', { reason: 'damaged' }, { limit: 10 });
    expect(listed.map(({ id }) => id).toSorted()).toEqual([damaged, sound].toSorted());
  }
  const over = async (kind: 'redrive' | 'discard') => {
    const id = await begin(kind, [damaged]);
    await until(async () => {
      await runner.tick();
      return (await operations.find(id))?.state === 'done';
    });
    return operations.find(id);
  };
  expect(await over('redrive')).toMatchObject({ done: 0, failed: 1 });
  expect(await over('discard')).toMatchObject({ done: 1, failed: 0 });
});
