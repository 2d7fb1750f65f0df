import { randomUUID } from 'node:crypto';
import { OWN_QUEUES, SendMail } from '@postern/events';
import { bytesToId, MemoryLogger, newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { DeadLetters, toSqsApi, WIRE } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { Pauses } from '../src/pauses/pauses.ts';
import { ConsoleClient } from './support/console-client.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess, workerWriter } from './support/worker-process.ts';

const WAIT = { timeout: 120_000 };

let parts: WorkerParts;
let smtp: ScriptedSmtp;
let worker: WorkerProcess;
let port: number;

beforeAll(async () => {
  parts = await openWorkerParts();
  smtp = await ScriptedSmtp.start();
  worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url(''), WORKER_CONSOLE_PORT: '0' });
  port = (await worker.ready).http ?? 0;
});
afterAll(async () => {
  await worker?.kill();
  await smtp?.close();
  await parts?.close();
});

async function signedIn(role: 'read' | 'act'): Promise<ConsoleClient> {
  const name = `${role}-${randomUUID().slice(0, 8)}`;
  const { out } = await runCommands(
    operatorsCommands((work) => work({ database: parts.test.database })),
    'operators',
    ...['add', name, '--role', role, '--json'],
  );
  const client = new ConsoleClient(port);
  await client.enter(name, (JSON.parse(out) as { secret: string }).secret);
  return client;
}

/** A mail whose message SQS itself moved, as it does when consumers die with it. Returns the message's id. */
async function movedBySqs(to: string): Promise<string> {
  const key = `${newId()}/send-verification/verification`;
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const data = { first_name: 'Ann', token_id: newId(), expires_at };
  const job = { key, mail: 'verification', to, locale: 'en', data, expires_at };
  const { envelope, body } = workerWriter.write(SendMail, job);
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  const attributes = { [WIRE.id]: text(envelope.id), [WIRE.type]: text(envelope.type) };
  const api = toSqsApi(parts.sqs.client);
  expect(await api.sendBatch(parts.queues.get('mail').deadLetterUrl, [{ body, attributes }])).toEqual([]);
  return envelope.id;
}

/** Orders a mail that this release does not know, and waits until it is given up. Returns the message's id. */
async function deadMail(to: string): Promise<string> {
  const mail = 'no-such-mail';
  const key = await parts.order({ to, mail });
  const letters = new DeadLetters(parts.sqs.client, parts.queues, { logger: new MemoryLogger(), waitSeconds: 0 });
  return vi.waitFor(async () => {
    const found = await letters.list('mail', { text: to });
    expect(found).toHaveLength(1);
    return found[0]?.id ?? key;
  }, WAIT);
}

describe('the console of a worker', () => {
  it('sends a dead letter back, and its mail arrives', async () => {
    const kim = await signedIn('act');
    const to = `${randomUUID()}@example.com`;
    const id = await movedBySqs(to);
    expect((await kim.get(`/dead-letters/mail?text=${to}`)).text).toContain(id);
    const letter = await kim.get(`/dead-letters/mail/letters/${id}`);
    expect(letter.text).toContain('moved-by-sqs');
    expect(letter.text).not.toContain(to);
    const confirm = await kim.get(`/dead-letters/mail/confirm?act=redrive&id=${id}`);
    expect(confirm.text).toContain(`the letter ${id}`);
    const operation = await kim.post('/dead-letters/mail/redrive', { id });
    expect(operation.text).toContain(`the letter ${id}`);
    await vi.waitFor(() => expect(smtp.accepted.map((mail) => mail.to)).toContain(to), WAIT);
    expect((await kim.get('/audit')).text).toContain('dead-letters.redrive');
  });

  it('lets nobody who may only read send back or discard', async () => {
    const lee = await signedIn('read');
    const id = await deadMail(`${randomUUID()}@example.com`);
    const page = await lee.get('/dead-letters/mail');
    expect(page.text).toContain(id);
    expect(page.text).not.toContain('type="checkbox"');
    for (const act of ['redrive', 'discard']) {
      expect(await lee.post(`/dead-letters/mail/${act}`, { id })).toMatchObject({ status: 403 });
    }
    expect((await lee.get('/dead-letters/mail')).text).toContain(id);
  });

  it('discards those that were chosen and no others, and none when none was chosen', async () => {
    const kim = await signedIn('act');
    const [one, other] = [await deadMail(`${randomUUID()}@example.com`), await deadMail(`${randomUUID()}@example.com`)];
    expect(await kim.post('/dead-letters/mail/discard', {})).toMatchObject({ status: 400 });
    await kim.post('/dead-letters/mail/discard', { id: [one] });
    await vi.waitFor(async () => expect((await kim.get('/audit')).text).toContain('1 discarded'), WAIT);
    const left = await kim.get('/dead-letters/mail');
    expect(left.text).not.toContain(one);
    expect(left.text).toContain(other);
  });

  it('discards what its question was about: what has died since stays, and what was written down since is asked about', async () => {
    const kim = await signedIn('act');
    const register = new LetterRegister(parts.test.database);
    const reason = `asked-${randomUUID()}`;
    const died = async (at: Date) => {
      const letter = deadLetter({ queue: 'mail', reason, lastAt: at });
      await register.died(letter);
      return letter.id;
    };
    const { clock } = parts.test.database;
    const asked = await died(new Date(clock.now().getTime() - 60_000));
    const question = await kim.get(`/dead-letters/mail/confirm?act=discard&reason=${reason}`);
    const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(question.text)?.[1] ?? '';
    const form = { reason, until: hidden('until'), letters: hidden('letters') };
    expect(form.letters).toBe('1');
    const since = await died(new Date(Date.parse(form.until) + 1));
    await kim.post('/dead-letters/mail/discard', form);
    await vi.waitFor(
      async () => expect(await register.find('mail', asked)).toMatchObject({ state: 'discarded' }),
      WAIT,
    );
    expect(await register.find('mail', since)).toMatchObject({ state: 'dead' });
    for (let n = 0; n < 2; n++) await died(new Date(clock.now().getTime() - 120_000));
    const refused = await kim.post('/dead-letters/mail/discard', form);
    expect(refused).toMatchObject({ status: 409, text: expect.stringContaining('about 2 letters, not 1') });
  });

  it('begins one operation of many letters of a queue at a time, and reports it', async () => {
    const kim = await signedIn('act');
    const register = new LetterRegister(parts.test.database);
    const reason = `many-${randomUUID()}`;
    // What is paused is not sent back, so that the operation is under way for as long as that.
    const [pauses, jobs] = [new Pauses(parts.test.database), { queue: 'jobs', handler: '' }];
    await pauses.pause(jobs, { by: 'kim', reason: 'repairs' });
    await register.addMany(Array.from({ length: 11 }, () => deadLetter({ queue: 'jobs', reason })));
    const first = await kim.post('/dead-letters/jobs/redrive', { reason });
    const refused = await kim.post('/dead-letters/jobs/redrive', { reason });
    expect(refused).toMatchObject({ status: 409, text: expect.stringContaining('is not over') });
    const id = /\/operations\/([0-9a-f-]{36})\//.exec(first.text)?.[1] ?? '';
    expect(await kim.post(`/operations/${id}/cancel`, {})).toMatchObject({ status: 200 });
    await pauses.resume(jobs);
  });

  it('finds a mail by address, by its id and by its event’s, and has one that waits tried at once', async () => {
    const kim = await signedIn('act');
    smtp.script = { rcpt: '451 4.7.1 come back later' };
    const to = `${randomUUID()}@example.com`;
    const key = await parts.order({ to });
    const id = bytesToId(mailId(key));
    await vi.waitFor(async () => expect((await kim.get(`/mails/${id}`)).text).toContain('come back later'), WAIT);
    for (const text of [to, id, key.split('/')[0] ?? '']) {
      const found = await kim.get(`/mails?q=${encodeURIComponent(text)}`);
      expect({ text, found: found.text.includes(id) }).toEqual({ text, found: true });
    }
    smtp.script = {};
    expect((await kim.post(`/mails/${id}/retry`, {})).text).toContain('it is due now');
    await vi.waitFor(async () => expect((await kim.get(`/mails/${id}`)).text).toContain('The provider has it'), WAIT);
    expect(smtp.accepted.map((mail) => mail.to)).toContain(to);
    expect((await kim.post(`/mails/${id}/retry`, {})).text).toContain('it is accepted: only one that is');
  });

  it('is alive by each part of the worker that could hang', async () => {
    const { ops } = await worker.ready;
    const health = await fetch(`http://127.0.0.1:${ops}/health/live`);
    const { checks } = (await health.json()) as { checks: { name: string }[] };
    const queues = OWN_QUEUES.map((queue) => `queue ${queue}`);
    const parts = [
      'due mails',
      'event loop',
      'inbox',
      'ledger',
      'outbox',
      'records',
      'scheduler',
      'suppressions',
      'tries',
    ];
    expect(checks.map(({ name }) => name).sort()).toEqual([...parts, ...queues].sort());
  });

  it('keeps health and metrics open, and itself away from the ops port', async () => {
    const { ops } = await worker.ready;
    for (const path of ['/health/live', '/metrics'])
      expect((await fetch(`http://127.0.0.1:${ops}${path}`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${ops}/console`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { redirect: 'manual' })).status).toBe(303);
  });
});
