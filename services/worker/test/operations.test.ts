import { randomUUID } from 'node:crypto';
import { Outbox } from '@postern/durable';
import { PruneRows, SendMail } from '@postern/events';
import { idToBytes, MemoryLogger, Metrics, newId } from '@postern/runtime';
import { runCommands, until } from '@postern/runtime/testing';
import { DEAD, DeadLetters, FRAME_ENCODING, fromWire, toSqsApi, unpackFrame, WIRE } from '@postern/sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operatorsCommands } from '../src/commands/operators.ts';
import { OperatorAudit } from '../src/console/operators/operator-audit.ts';
import { Canary } from '../src/dead-letters/canary.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { OperationRunner } from '../src/dead-letters/operation-runner.ts';
import { Operations } from '../src/dead-letters/operations.ts';
import { ConsoleClient } from './support/console-client.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess, workerWriter } from './support/worker-process.ts';

const WAIT = { timeout: 90_000 };
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let parts: WorkerParts;
let smtp: ScriptedSmtp;
let workers: WorkerProcess[];
let operations: Operations;

beforeAll(async () => {
  parts = await openWorkerParts();
  smtp = await ScriptedSmtp.start();
  workers = [];
  operations = new Operations(parts.test.database, new OperatorAudit(parts.test.database));
});
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await smtp.close();
  await parts.close();
});

function work(env: Record<string, string> = {}): WorkerProcess {
  const worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url(''), ...env });
  workers.push(worker);
  return worker;
}

/** The console of a worker, with somebody who may act. */
async function console(): Promise<ConsoleClient> {
  const { http = 0 } = await work({ WORKER_CONSOLE_PORT: '0' }).ready;
  const { out } = await runCommands(
    operatorsCommands((act) => act({ database: parts.test.database })),
    'operators',
    ...['add', 'kim', '--role', 'act', '--json'],
  );
  const client = new ConsoleClient(http);
  await client.signIn('kim', (JSON.parse(out) as { secret: string }).secret);
  return client;
}

/** Mails whose messages SQS itself has moved. Returns their addresses. */
async function deadMails(many: number, mail = 'verification', fields: Record<string, unknown> = {}): Promise<string[]> {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const addresses = Array.from({ length: many }, () => `${randomUUID()}@example.com`);
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const entries = addresses.map((to) => {
    const data = { first_name: 'Ann', token_id: newId(), expires_at, ...fields };
    const key = `${newId()}/send-verification/verification`;
    const { envelope, body } = workerWriter.write(SendMail, { key, mail, to, locale: 'en', data, expires_at });
    return { body, attributes: { [WIRE.id]: text(envelope.id), [WIRE.type]: text(envelope.type) } };
  });
  for (let start = 0; start < entries.length; start += 10) {
    const some = entries.slice(start, start + 10);
    const url = parts.queues.get('mail').deadLetterUrl;
    expect(await toSqsApi(parts.sqs.client).sendBatch(url, some)).toEqual([]);
  }
  return addresses;
}

const ended = (id: string) =>
  vi.waitFor(async () => {
    const operation = await operations.find(id);
    expect(operation?.endedAt).toBeDefined();
    return operation;
  }, WAIT);

/** The operation that a page began. */
const idIn = (text: string) => /\/operations\/([0-9a-f-]{36})\//.exec(text)?.[1] ?? '';

describe('letters that are sent back', () => {
  let kim: ConsoleClient;

  beforeAll(async () => {
    kim = await console();
  });

  it('one is corrected: what is hidden stays as it is, its schema is checked, and its mail arrives', async () => {
    const [to = ''] = await deadMails(1, 'verificatoin');
    const list = await kim.get('/dead-letters/mail');
    const id = /letters\/([0-9a-f-]{36})/.exec(list.text)?.[1] ?? '';
    const edit = `/dead-letters/mail/letters/${id}/edit`;
    const page = await kim.get(edit);
    const shown = /<textarea[^>]*>([^<]*)</.exec(page.text)?.[1]?.replaceAll('&quot;', '"') ?? '';
    expect(page.text).toContain('<textarea');
    expect(shown).not.toContain(to);
    const data = JSON.parse(shown) as Record<string, unknown>;
    expect(data.to).toBe(`(hidden: ${to.length} characters)`);
    const refused = await kim.post(edit, { data: JSON.stringify({ ...data, mail: 7 }) });
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('/mail: ') });
    expect((await kim.post(edit, { data: shown })).text).toContain('Nothing was changed');
    await kim.post(edit, { data: JSON.stringify({ ...data, mail: 'verification' }) });
    await vi.waitFor(() => expect(smtp.accepted.map((mail) => mail.to)).toEqual([to]), WAIT);
    const audit = await kim.get('/audit');
    expect(audit.text).toMatch(/changed data\.mail; sha256 before [0-9a-f]{64}, after [0-9a-f]{64}/);
    expect(audit.text).not.toContain(to);
    expect((await kim.post(edit, { data: JSON.stringify({ ...data, mail: 'welcome' }) })).text).toContain(
      'sent back already',
    );
  });

  it('follow the first ten when these have succeeded, and their copies leave SQS', async () => {
    const addresses = await deadMails(23);
    expect((await kim.get('/dead-letters/mail')).text).toContain('23 letters');
    const page = await kim.post('/dead-letters/mail/redrive', { scope: 'all' });
    expect(await ended(idIn(page.text))).toMatchObject({ state: 'done', done: 23, failed: 0, canaryPassed: true });
    await vi.waitFor(() => expect(smtp.accepted.map(({ to }) => to)).toEqual(expect.arrayContaining(addresses)), WAIT);
    await vi.waitFor(async () => {
      const { visible, inFlight } = await toSqsApi(parts.sqs.client).depth(parts.queues.get('mail').deadLetterUrl);
      expect(visible + inFlight).toBe(0);
    }, WAIT);
    expect((await kim.get('/audit')).text).toContain('all letters: 23 sent back');
  });

  it('stay when one of the first ten dies again, until an operator has them go on', async () => {
    await deadMails(12, 'no-such-mail');
    await kim.get('/dead-letters/mail');
    const id = idIn((await kim.post('/dead-letters/mail/redrive', { scope: 'all' })).text);
    await vi.waitFor(async () => expect(await operations.find(id)).toMatchObject({ state: 'stopped', done: 10 }), WAIT);
    expect((await kim.get(`/operations/${id}`)).text).toMatch(/of the first 10 died again; the others stay/);
    await kim.post(`/operations/${id}/go-on`, {});
    expect(await ended(id)).toMatchObject({ state: 'done', done: 12 });
    expect((await kim.post(`/operations/${id}/cancel`, {})).status).toBe(409);
  });
});

it('an operation whose worker is killed goes on in another, and acts on each letter once', async () => {
  const { database } = parts.test;
  const LETTERS = 2_000;
  const now = database.clock.now();
  const register = new LetterRegister(database);
  const { body } = workerWriter.write(PruneRows, { what: 'jobs' });
  const letter = (n: number) => ({
    ...{
      queue: 'jobs',
      id: `letter-${n}`,
      type: 'rows.prune',
      reason: 'attempts-used-up',
      error: 'Error: full',
      attempts: 50,
    },
    ...{ handler: undefined, firstAt: now, lastAt: now, sentAt: now, body, encoding: 'json', messages: 1 },
    ...{ traceparent: undefined, groupId: undefined, attributes: {} },
  });
  await register.addMany(Array.from({ length: LETTERS }, (_, n) => letter(n)));
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  // Nobody consumes the queue, so that each message can be counted.
  const first = work({ WORKER_QUEUES: 'events' });
  await first.ready;
  const act = {
    operator: 'kim',
    action: 'dead-letters.redrive',
    target: 'jobs',
    kind: 'redrive' as const,
    queue: 'jobs',
  };
  const id = await operations.begin(act, { filter: {}, words: 'all letters', total: LETTERS });
  await database
    .sql('operations')
    .where({ id: idToBytes(id) })
    .update({ canary_passed: true });
  await until(async () => ((await operations.find(id))?.done ?? 0) >= 200);
  await first.kill();
  const broken = await operations.find(id);
  expect(broken).toMatchObject({ state: 'running' });
  expect(broken?.done).toBeLessThan(LETTERS);
  work({ WORKER_QUEUES: 'events' });
  expect(await ended(id)).toMatchObject({ state: 'done', done: LETTERS, failed: 0 });
  await vi.waitFor(async () => expect(await database.sql('outbox')).toEqual([]), WAIT);
  const ids = await sentIds();
  expect(new Set(ids).size).toBe(LETTERS);
});

/** The ids of all messages on the queue `jobs`. */
async function sentIds(): Promise<string[]> {
  const api = toSqsApi(parts.sqs.client);
  const ids: string[] = [];
  for (;;) {
    const some = await api.receive(parts.queues.get('jobs').url, { max: 10, waitSeconds: 0, visibilitySeconds: 600 });
    if (some.length === 0) return ids;
    for (const { Body = '', MessageAttributes } of some) {
      const wire = fromWire(MessageAttributes);
      const framed = wire[WIRE.encoding] === FRAME_ENCODING;
      ids.push(...(framed ? unpackFrame(Body).map(({ id }) => id) : [wire[WIRE.id] ?? '']));
    }
  }
}

it('a copy that was acted on may go, and one that died since waits for a decision, whatever SQS’s clock says', async () => {
  const { database } = parts.test;
  const register = new LetterRegister(database);
  const queue = `clock-${randomUUID()}`;
  const at = (ms: number) => new Date(database.clock.now().getTime() + ms);
  const letter = { queue, type: 't', reason: 'moved-by-sqs', error: undefined, attempts: 4, handler: undefined };
  const copy = (id: string, sentAt: Date, lastAt?: Date) => ({
    ...{ ...letter, id, sentAt, lastAt, firstAt: undefined, body: '{}', encoding: 'json', messages: 1 },
    ...{ traceparent: undefined, groupId: undefined, attributes: {} },
  });
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
  const entryOf = (body: string, diedAt: number) => {
    const at = new Date(diedAt).toISOString();
    const dead = { [DEAD.reason]: text('attempts-used-up'), [DEAD.times]: text(`${at}/${at}`) };
    return { body, attributes: { [WIRE.id]: text(id), [WIRE.type]: text('rows.prune'), ...dead } };
  };
  expect(await api.sendBatch(url, [entryOf('first', now - 60_000), entryOf('second', now)])).toEqual([]);
  const register = new LetterRegister(database);
  const letters = new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger(), waitSeconds: 0 });
  await letters.pass(queue, async (some) => {
    await register.addMany(some.filter(({ body }) => body === 'first'));
    await database
      .sql('dead_letters')
      .where({ queue, letter_id: id })
      .update({ state: 'sent', acted_at: new Date(now - 30_000) });
    return register.seen(queue, some);
  });
  expect((await letters.list(queue, { ids: [id] })).map(({ body }) => body)).toEqual(['second']);
  expect(await register.find(queue, id)).toMatchObject({ state: 'dead', body: 'second' });
});

/** What works on operations, in this process. */
function runner(letters: DeadLetters): OperationRunner {
  const { database } = parts.test;
  const logger = new MemoryLogger();
  const outbox = new Outbox(database, parts.sender, { logger, metrics: new Metrics({ defaults: false }) });
  const [register, canary] = [new LetterRegister(database), new Canary(database)];
  return new OperationRunner({ database, logger, operations, register, canary, outbox }, letters);
}

const begin = (kind: 'redrive' | 'discard' | 'survey', ids: string[]) =>
  operations.begin(
    { operator: 'kim', action: `dead-letters.${kind}`, target: 'jobs', kind, queue: 'jobs' },
    { filter: { ids }, words: 'some letters', total: ids.length },
  );

it('a letter that nobody has signed stays, or that the outbox has no room for, and the others are sent back', async () => {
  const now = parts.test.database.clock.now();
  const register = new LetterRegister(parts.test.database);
  const ids = [`${randomUUID()}-${'long'.repeat(20)}`, randomUUID(), randomUUID()];
  const { mac: _mac, ...forged } = JSON.parse(workerWriter.write(PruneRows, { what: 'jobs' }).body) as { mac: string };
  const bodies = ['{}', '{}', JSON.stringify(forged)];
  const letter = { queue: 'jobs', type: 'strange', reason: 'no-mac', error: undefined, attempts: 1 };
  const times = { firstAt: now, lastAt: now, sentAt: now };
  const none = { handler: undefined, traceparent: undefined, groupId: undefined, attributes: {} };
  const made = ids.map((id, n) => ({ ...letter, ...times, ...none, id, body: bodies[n] ?? '', encoding: 'json' }));
  await register.addMany(made.map((one) => ({ ...one, messages: 1 })));
  const id = await begin('redrive', ids);
  const letters = new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger(), waitSeconds: 0 });
  const running = runner(letters);
  running.start();
  expect(await ended(id)).toMatchObject({ state: 'done', done: 1, failed: 2 });
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
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  const id = await begin('survey', []);
  const running = runner(new Endless(parts.sqs.client, parts.queues, { logger: new MemoryLogger() }));
  running.start();
  await passing.promise;
  await running.stop();
  expect(await operations.cancel(id, 'kim')).toBe(true);
});

it('letters of a megabyte are written down and acted on, some at a time', async () => {
  const now = parts.test.database.clock.now();
  const register = new LetterRegister(parts.test.database);
  const ids = Array.from({ length: 12 }, () => randomUUID());
  const letter = { queue: 'jobs', type: 'large', reason: 'no-mac', error: undefined, attempts: 1, encoding: 'json' };
  const none = { handler: undefined, traceparent: undefined, groupId: undefined, attributes: {} };
  const rest = { ...none, firstAt: now, lastAt: now, sentAt: now, messages: 1, body: '"'.repeat(1_000_000) };
  await register.addMany(ids.map((id) => ({ ...letter, ...rest, id })));
  const id = await begin('discard', ids);
  const running = runner(new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger() }));
  running.start();
  expect(await ended(id)).toMatchObject({ state: 'done', done: 12 });
  await running.stop();
});
