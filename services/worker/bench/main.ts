import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvelopeWriter, SendMail, WORKER } from '@postern/events';
import { createLogger, Metrics, newId, openDatabase, SystemClock } from '@postern/runtime';
import { benchOptions, benchTable, measured, printTable } from '@postern/runtime/testing';
import { type MessageSender, type ReceivedMessage, SqsSender } from '@postern/sqs';
import { createTransport } from 'nodemailer';
import { migrations } from '../migrations/index.ts';
import { readConfig } from '../src/config.ts';
import { createContainer } from '../src/container.ts';
import { JobRouter } from '../src/jobs/job-router.ts';
import { Ledger } from '../src/mail/delivery/ledger/ledger.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { MailComposer } from '../src/mail/delivery/mail-composer.ts';
import { openTransports } from '../src/mail/delivery/transports/open-transport.ts';

const about = `Mails through the ledger against the same mails through a bare nodemailer pool, to the same server, in turns. DATABASE_URL takes another
database than a temporary SQLite.`;
const { mails, rounds, connections, concurrency, rendered, json } = benchOptions(about, {
  mails: [10_000, 'mails a measurement'],
  rounds: [3, 'measurements of each; they take turns'],
  connections: [10, 'to the mail server'],
  concurrency: [100, 'mails at once'],
  rendered: [false, 'the bare side gets mails that are rendered already; otherwise both render theirs'],
  json: [false, 'one line of JSON'],
});

/** Starts the server that takes everything. */
async function startSink(): Promise<{ port: number; stop(): void }> {
  const child = fork(join(import.meta.dirname, 'smtp-sink.ts'));
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve((message as { port: number }).port)),
  );
  return { port, stop: () => child.disconnect() };
}

async function measure(work: () => Promise<unknown>) {
  const { cpuUs, perSecond } = await measured(mails, concurrency, work);
  return { 'CPU us': cpuUs, 'mails/s': perSecond };
}

function order() {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  return {
    key: `${newId()}/send-verification/verification`,
    mail: 'verification',
    to: `person-${Math.random().toString(36).slice(2)}@example.com`,
    locale: 'en',
    data: { first_name: 'Ann', token_id: newId(), expires_at },
    expires_at,
  };
}

/** A sender is asked for by the container and never by this benchmark. */
function noSender(): MessageSender {
  return Object.create(SqsSender.prototype) as MessageSender;
}

const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'));
const sink = await startSink();
const logger = createLogger({ service: 'bench', version: 'test', level: 'error' });
const config = readConfig({
  DATABASE_URL: process.env.DATABASE_URL ?? `sqlite:${join(folder, 'bench.sqlite')}`,
  AWS_REGION: 'us-east-1',
  LINK_KEY: Buffer.alloc(32, 1).toString('base64'),
  RECIPIENT_KEY: Buffer.alloc(32, 4).toString('base64'),
  GATEWAY_ENVELOPE_KEY: Buffer.alloc(32, 2).toString('base64'),
  WORKER_ENVELOPE_KEY: Buffer.alloc(32, 3).toString('base64'),
  PUBLIC_URL: 'http://127.0.0.1:3000',
  SMTP_URL: `smtp://127.0.0.1:${sink.port}?tls=off&connections=${connections}`,
  MAIL_FROM: 'Postern <hello@example.com>',
});
const database = openDatabase(config.DATABASE_URL, { logger });
await database.migrate(migrations);
const transports = openTransports(config);
const clock = new SystemClock();
const metrics = new Metrics({ defaults: false });
const container = createContainer({ config, logger, metrics, clock, database, sender: noSender(), transports });
const router = container.get(JobRouter);
const ledger = container.get(Ledger);
const began = clock.now();
const writer = new EnvelopeWriter(WORKER, config.WORKER_ENVELOPE_KEY);
const composer = container.get(MailComposer);
const hasher = container.get(RecipientHasher);
const bare = createTransport({
  pool: true,
  host: '127.0.0.1',
  port: sink.port,
  ignoreTLS: true,
  maxConnections: connections,
  maxMessages: 500,
});

function compose({ key, mail, to, locale, data }: ReturnType<typeof order>) {
  return composer.compose({ id: mailId(key), mail, recipientHash: hasher.hash(to), payload: { to, locale, data } });
}

const oneMail = compose(order());
const sendBare = () => bare.sendMail(rendered ? { ...oneMail } : compose(order()));
/** Messages as they come from SQS; to make them is the listener's work, not the mail side's. */
function messages(): ReceivedMessage[] {
  return Array.from({ length: mails }, () => {
    const { envelope, body } = writer.write(SendMail, order());
    const { id, type } = envelope;
    const { signal } = new AbortController();
    return {
      queue: 'mail',
      id,
      type,
      body,
      attempt: 1,
      sentAt: new Date(),
      attributes: {},
      signal,
    };
  });
}

const contenders = {
  'nodemailer pool': () => measure(sendBare),
  'Postern, with its ledger': () => {
    const waiting = messages();
    return measure(() => router.handle(waiting.pop() as ReceivedMessage));
  },
};
const title = `A mail${rendered ? ', which the pool gets rendered' : ''}, on ${database.dialect}`;
const plan = { title, rounds: rounds, reference: 'nodemailer pool', compared: 'CPU us' as const, contenders };
printTable(await benchTable(plan), json);
const accepted = (await ledger.counts(began)).get('accepted') ?? 0;
bare.close();
await Promise.all(transports.map((transport) => transport.close()));
await database.close();
sink.stop();
await rm(folder, { recursive: true });
// All of them, those of the round that is not counted as well.
process.exitCode = accepted === mails * (rounds + 1) ? 0 : 1;
