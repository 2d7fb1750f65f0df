import { randomUUID } from 'node:crypto';
import { SendMail } from '@postern/events';
import { idToBytes, newId } from '@postern/runtime';
import { runCommands, until } from '@postern/runtime/testing';
import { FRAME_ENCODING, fromWire, toSqsApi, unpackFrame, WIRE } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { Operations } from '../src/dead-letters/operations.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { ConsoleClient } from './support/console-client.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess, workerWriter } from './support/worker-process.ts';

const WAIT = { timeout: 300_000 };

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
  await client.enter('kim', (JSON.parse(out) as { secret: string }).secret);
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

/** Letters of mails that SQS still has. */
async function copies(): Promise<number> {
  const { visible, inFlight } = await toSqsApi(parts.sqs.client).depth(parts.queues.get('mail').deadLetterUrl);
  return visible + inFlight;
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

  /** What the list of letters says, once SQS has shown them: a busy one does so late. */
  const listed = (what: RegExp): Promise<string> =>
    vi.waitFor(async () => {
      const [, found] = what.exec((await kim.get('/dead-letters/mail')).text) ?? [];
      return found ?? expect.unreachable(`the list does not say ${what}`);
    }, WAIT);

  it('one is corrected: what is hidden stays as it is, its schema is checked, and its mail arrives', async () => {
    const [to = ''] = await deadMails(1, 'verificatoin');
    const id = await listed(/letters\/([0-9a-f-]{36})/);
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
    await vi.waitFor(async () => expect(await copies()).toBe(0), WAIT);
  });

  it('follow the first ten when these have succeeded, and their copies leave SQS', async () => {
    const addresses = await deadMails(23);
    await listed(/(23 letters)/);
    const page = await kim.post('/dead-letters/mail/redrive', { scope: 'all' });
    expect(await ended(idIn(page.text))).toMatchObject({ state: 'done', done: 23, failed: 0, canaryPassed: true });
    await vi.waitFor(() => expect(smtp.accepted.map(({ to }) => to)).toEqual(expect.arrayContaining(addresses)), WAIT);
    await vi.waitFor(async () => expect(await copies()).toBe(0), WAIT);
    expect((await kim.get('/audit')).text).toContain('all letters: 23 sent back');
  });

  it('stay when one of the first ten dies again, until an operator has them go on', async () => {
    await deadMails(12, 'no-such-mail');
    await listed(/(12 letters)/);
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
  const register = new LetterRegister(database);
  const { body } = workerWriter.write(pruneRows, { what: 'jobs' });
  const act = {
    operator: 'kim',
    action: 'dead-letters.redrive',
    target: 'jobs',
    kind: 'redrive' as const,
    queue: 'jobs',
  };
  /** Begins one of new letters, and kills its worker as soon as some are done. */
  const killedAmid = async (name: string): Promise<string> => {
    await register.addMany(Array.from({ length: LETTERS }, (_, n) => deadLetter({ id: `${name}-${n}`, body })));
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
    // Nobody consumes the queue, so that each message can be counted.
    const worker = work({ WORKER_QUEUES: 'events' });
    await worker.ready;
    const id = await operations.begin(act, { filter: {}, words: 'all letters', total: LETTERS });
    await database
      .sql('operations')
      .where({ id: idToBytes(id) })
      .update({ canary_passed: true });
    await until(async () => ((await operations.find(id))?.done ?? 0) >= 200);
    await worker.kill();
    // It may have been done with all of them before this process came to look.
    return (await operations.find(id))?.state === 'running' ? id : killedAmid(`${name}-again`);
  };
  const id = await killedAmid('letter');
  work({ WORKER_QUEUES: 'events' });
  expect(await ended(id)).toMatchObject({ state: 'done', done: LETTERS, failed: 0 });
  await vi.waitFor(async () => expect(await database.sql('outbox')).toEqual([]), WAIT);
  const ids = new Set<string>();
  // Again and again: SQS may have given a message to the long poll of a worker that was killed, and shows it once more when that has had its time.
  await vi.waitFor(async () => {
    // Schedules go on adding jobs meanwhile.
    for (const sent of await sentIds()) if (sent.startsWith('letter-')) ids.add(sent);
    expect(ids).toContain('letter-0');
    expect(ids.size % LETTERS).toBe(0);
  }, WAIT);
});

it('a mail that no release knew for long enough is sent by the first worker that knows it', async () => {
  const { database } = parts.test;
  const [to, now] = [`${randomUUID()}@example.com`, database.clock.now()];
  const expires_at = new Date(now.getTime() + 3_600_000).toISOString();
  const data = { first_name: 'Ann', token_id: newId(), expires_at };
  const job = { key: `${newId()}/send-verification/verification`, mail: 'verification', to, locale: 'en' };
  const { envelope, body } = workerWriter.write(SendMail, { ...job, data, expires_at });
  const { id, type } = envelope;
  await new LetterRegister(database).died(deadLetter({ queue: 'mail', id, type, reason: 'unknown-mail', body }));
  work();
  await vi.waitFor(() => expect(smtp.accepted.map((mail) => mail.to)).toContain(to), WAIT);
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
