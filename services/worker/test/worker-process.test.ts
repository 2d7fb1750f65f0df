import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { GATEWAY, signEnvelope, UserRegistered, WORKER } from '@postern/events';
import { ownPort } from '@postern/runtime/testing';
import { DEAD, openQueues, toSqsApi } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import {
  gatewayWriter,
  openWorkerParts,
  testWriterKeys,
  type WorkerParts,
  WorkerProcess,
} from './support/worker-process.ts';

/** A process takes a second to start, and many on a machine that runs other things. */
const WAIT = { timeout: 120_000 };

let parts: WorkerParts;
let smtp: ScriptedSmtp;
let worker: WorkerProcess | undefined;

// Queues that no other test has used: SQS may give a message to the poll of a worker that was killed, and again only after 25 s.
beforeEach(async () => {
  parts = await openWorkerParts();
});
afterEach(async () => {
  await worker?.kill();
  worker = undefined;
  await smtp?.close();
  await parts.close();
});

function person(email = `${randomUUID()}@example.com`) {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  return { user_id: randomUUID(), email, first_name: 'Ann', locale: 'en', token_id: randomUUID(), expires_at };
}

async function start(env: Record<string, string> = {}): Promise<{ ops: number }> {
  smtp = await ScriptedSmtp.start();
  worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url(''), ...env });
  return worker.ready;
}

async function get(ops: number, path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`http://127.0.0.1:${ops}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Reads the dead letters of a queue, and takes them away. */
async function deadLetters(queue: string): Promise<{ body: string; reason: string | undefined }[]> {
  const api = toSqsApi(parts.sqs.client);
  const { deadLetterUrl } = parts.queues.get(queue);
  const messages = await api.receive(deadLetterUrl, { max: 10, waitSeconds: 1, visibilitySeconds: 60 });
  await Promise.all(messages.map((message) => api.deleteBatch(deadLetterUrl, [message.ReceiptHandle ?? ''])));
  return messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    reason: MessageAttributes[DEAD.reason]?.StringValue,
  }));
}

describe('a worker', () => {
  it('turns an event into a mail, once, though the event comes twice', async () => {
    const { ops } = await start();
    const envelope = await parts.publish(UserRegistered, person('ann@example.com'));
    const body = signed(envelope);
    await parts.sender.send('events', { id: envelope.id, type: envelope.type, body });
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
    const [mail] = smtp.accepted;
    expect(mail).toMatchObject({ to: 'ann@example.com' });
    await expect
      .poll(async () => (await get(ops, '/metrics')).text, WAIT)
      .toMatch(/queue_messages_processed_total\{queue="events",type="user.registered",outcome="done"\} 2/);
    await expect
      .poll(async () => (await get(ops, '/metrics')).text, WAIT)
      .toMatch(/email_delivery_latency_seconds_count\{mail="verification"\} 1/);
    expect(smtp.read).toHaveLength(1);
  });

  it('writes to people whose names have characters beyond U+FFFF, whichever SQS there is', async () => {
    await start();
    await parts.publish(UserRegistered, { ...person('ann@example.com'), first_name: '𠮷😀' });
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
    expect(smtp.accepted[0]).toMatchObject({ to: 'ann@example.com' });
  });

  it('puts what breaks the contract among the dead letters, with its reason, and goes on', async () => {
    await start();
    const good = person();
    const broken: [string, string][] = [
      ['not-json', '{"specversion":'],
      ['not-an-envelope', '{}'],
      ['no-mac', JSON.stringify(envelopeOf(good))],
      ['wrong-mac', signed(envelopeOf(good)).replace('user.registered', 'user.disabled')],
      ['unknown-key', JSON.stringify({ ...envelopeOf(good), mac: 'g0.AAAA' })],
      ['unknown-writer', JSON.stringify({ ...envelopeOf(good), source: 'elsewhere', mac: 'g1.AAAA' })],
      ['not-its-writer', signed({ ...envelopeOf(good), source: WORKER })],
      ['unknown-type', signed({ ...envelopeOf(good), type: 'user.vanished' })],
      ['unknown-version', signed({ ...envelopeOf(good), dataversion: 99 })],
      ['invalid-data', signed({ ...envelopeOf(good), data: { email: 7 } })],
    ];
    for (const [, body] of broken) await parts.sender.send('events', { id: randomUUID(), type: 'test', body });
    await parts.publish(UserRegistered, good);
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
    const found: { body: string; reason: string | undefined }[] = [];
    await expect.poll(async () => found.push(...(await deadLetters('events'))), WAIT).toBe(broken.length);
    const byBody = new Map(found.map(({ body, reason }) => [body, reason]));
    for (const [reason, body] of broken) expect(byBody.get(body)).toBe(reason);
  });

  it('hears what nobody has signed once an operator has looked at it and signs it, and not when it is only sent back', async () => {
    await start();
    const unsigned = envelopeOf(person('ann@example.com'));
    const id = String(unsigned.id);
    await parts.sender.send('events', { id, type: 'user.registered', body: JSON.stringify(unsigned) });
    const command = async (...args: string[]) => {
      const process = new WorkerProcess(parts.env, ['dead-letters', ...args]);
      return { code: await process.exited, log: process.log };
    };
    const listed = async () => (await command('list', 'events')).log;
    await expect.poll(listed, WAIT).toMatch(new RegExp(`${id}.* no-mac`));
    await command('retry', 'events', id);
    await expect.poll(listed, WAIT).toMatch(new RegExp(`${id}.* no-mac`));
    expect(smtp.accepted).toEqual([]);
    expect(await command('edit', 'events', id, '--sign', '--by', 'kim')).toMatchObject({ code: 0 });
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
  });

  it.runIf(process.env.TEST_DATABASE_URL).each([[[]], [['migrate']]])(
    'ends at once when the server refuses its password, and reports it (%j)',
    async (args) => {
      const url = new URL(parts.env.DATABASE_URL);
      [url.username, url.password] = ['nobody', 'hunter2'];
      worker = new WorkerProcess(
        { ...parts.env, DATABASE_URL: url.href, SMTP_URL: 'smtp://127.0.0.1:1?tls=off' },
        args,
      );
      expect(await worker.exited).toBe(1);
      expect(worker.log).toContain('DATABASE_URL: the server refuses its user or password: Access denied');
      expect(worker.log).not.toContain('hunter2');
    },
  );

  it('has a line for the event and one for its mail: event, message, trace, replica and version', async () => {
    await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { envelope, body } = gatewayWriter.write(UserRegistered, person(), { traceparent });
    await parts.sender.send('events', { id: envelope.id, type: envelope.type, body, traceparent });
    const lines = () => (worker?.lines ?? []).filter(({ trace_id }) => trace_id === traceparent.slice(3, 35));
    await expect.poll(() => lines().length, WAIT).toBe(2);
    const from = { replica: hostname(), version: manifest.version, level: 'info' };
    expect(lines()).toMatchObject([
      { ...from, message: 'A message was handled', queue: 'events', message_id: envelope.id, attempt: 1 },
      { ...from, message: 'A mail was accepted', mail: 'verification', event_id: envelope.id, provider: 'primary' },
    ]);
    expect(lines()[1]?.smtp_message_id).toBe(smtp.read[0]?.messageId);
  });

  it.each([[[]], [['migrate']]])(
    'ends at once when its SQLite file cannot be opened, and reports it (%j)',
    async (args) => {
      const env = {
        ...parts.env,
        DATABASE_URL: 'sqlite:/nowhere/worker.sqlite',
        SMTP_URL: 'smtp://127.0.0.1:1?tls=off',
      };
      worker = new WorkerProcess(env, args);
      expect(await worker.exited).toBe(1);
      expect(worker.log).toContain('DATABASE_URL: the SQLite file cannot be used: ');
    },
  );

  it('writes no address, name or link to its log', async () => {
    await start({ LOG_LEVEL: 'debug' });
    const secret = person('quentin.quux@example.com');
    await parts.publish(UserRegistered, { ...secret, first_name: 'Quentin' });
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
    expect(await worker?.stop()).toBe(0);
    expect(worker?.log).not.toMatch(/quentin|token=/i);
  });

  it('finishes the mail that is under way when it is asked to stop', async () => {
    await start();
    smtp.script = { dot: { drip: '250 2.0.0 queued', everyMs: 30 } };
    const begun = smtp.reaches('dot');
    await parts.publish(UserRegistered, person());
    await begun;
    expect(await worker?.stop()).toBe(0);
    const rows: { state: string }[] = await parts.test.database.sql('mails').orderBy('created_at', 'desc').limit(1);
    expect(rows[0]?.state).toBe('accepted');
  });

  it('reports that its provider is down, stays ready, and sends what came meanwhile', async () => {
    const port = await ownPort();
    worker = new WorkerProcess({ ...parts.env, SMTP_URL: `smtp://127.0.0.1:${port}?tls=off` });
    const { ops } = await worker.ready;
    const report = async () => (await get(ops, '/health/ready')).text;
    expect((await get(ops, '/health/ready')).status).toBe(200);
    expect(await report()).toContain('no mail provider works');
    await expect.poll(() => worker?.log, WAIT).toContain('the mail provider does not work');
    await parts.publish(UserRegistered, person());
    smtp = await ScriptedSmtp.start({}, port);
    await expect.poll(report, WAIT).not.toContain('no mail provider works');
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
  });

  it('names a queue that was deleted, stays ready, and goes on when it is made again', async () => {
    const { ops } = await start();
    const { sqs, queues } = parts;
    const isUp = async () => /dependency="queues"\} (.)/.exec((await get(ops, '/metrics')).text)?.[1];
    await expect.poll(isUp, WAIT).toBe('1');
    await sqs.deleteQueue(queues.get('events').url);
    const missing = expect.stringMatching(/"queues","ok":false,"detail":"queue events: [^"]*not exist/);
    await expect.poll(() => get(ops, '/health/ready'), WAIT).toMatchObject({ status: 200, text: missing });
    await expect.poll(isUp, WAIT).toBe('0');
    const warning = { level: 'warn', queue: 'events', message: expect.stringMatching(/^Receiving fails/) };
    await expect.poll(() => worker?.lines, WAIT).toContainEqual(expect.objectContaining(warning));
    await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
    await parts.publish(UserRegistered, person());
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(1);
    await expect.poll(isUp, WAIT).toBe('1');
  });

  it('starts while its mail server keeps it waiting for a greeting', async () => {
    smtp = await ScriptedSmtp.start({ greeting: 'silence' });
    worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url('') });
    await worker.ready;
    expect(worker.log).not.toContain('the mail provider does not work');
  });

  it('waits for a schema that is behind, and reports what to do', async () => {
    await parts.test.database.sql('migrations').where({ name: '0004-mail-rates' }).del();
    await parts.test.database.sql.schema.dropTable('mail_rates');
    smtp = await ScriptedSmtp.start();
    worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url('') });
    await expect.poll(() => worker?.log, WAIT).toContain('waiting for `migrate` to be run');
    const migrated = new WorkerProcess({ DATABASE_URL: parts.env.DATABASE_URL }, ['migrate']);
    expect(await migrated.exited).toBe(0);
    await worker.ready;
  });

  it('lists every error of its configuration at once, and ends with 1', async () => {
    const broken = { ...parts.env, LINK_KEY: 'short', PUBLIC_URL: 'nonsense', SMTP_URL: '', WORKER_QUEUES: 'letters' };
    worker = new WorkerProcess(broken);
    expect(await worker.exited).toBe(1);
    for (const name of ['LINK_KEY', 'PUBLIC_URL', 'SMTP_URL', 'WORKER_QUEUES']) expect(worker.log).toContain(name);
  });

  it('does not start with another RECIPIENT_KEY than its database knows recipients by', async () => {
    await start();
    await worker?.stop();
    worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url(''), RECIPIENT_KEY: parts.env.LINK_KEY });
    expect(await worker.exited).toBe(1);
    expect(worker.log).toContain('RECIPIENT_KEY: it is not the key');
  });

  it('shows the help of a command without a configuration, and runs nothing', async () => {
    const help = new WorkerProcess({}, ['mail:preview', '--help']);
    expect(await help.exited).toBe(0);
    expect(help.log).toContain('Usage: worker mail preview');
  });

  it('keeps the list of suppressed addresses by command', async () => {
    const env = { DATABASE_URL: parts.env.DATABASE_URL, RECIPIENT_KEY: parts.env.RECIPIENT_KEY };
    const run = async (...args: string[]) => {
      const command = new WorkerProcess(env, ['suppressions', ...args]);
      return { code: await command.exited, log: command.log };
    };
    const address = 'no.more@example.com';
    expect(await run('add', address, '--reason', 'asked us', '--by', 'kim')).toMatchObject({ code: 0 });
    expect((await run('list')).log).toContain(`${address}  manual: asked us`);
    const removed = await run('remove', address, '--reason', 'asked again', '--by', 'kim');
    expect(removed.log).toContain('removed  by kim: asked again');
  });
});

function envelopeOf(data: unknown): Record<string, unknown> {
  const time = new Date().toISOString();
  return { specversion: '1.0', id: randomUUID(), source: GATEWAY, type: 'user.registered', dataversion: 1, time, data };
}

/** As the writer that the envelope names would sign it. */
function signed(envelope: object): string {
  return signEnvelope(testWriterKeys, JSON.stringify(envelope));
}
