import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EnvelopeWriter, SendMail, WORKER } from '@postern/events';
import { createLogger, Metrics, newId, openDatabase, SystemClock } from '@postern/runtime';
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

/**
 * Mails through the ledger against the same mails through a bare nodemailer pool, to the same server, in turns:
 * `node bench/main.ts --mails 10000 --rounds 3`. DATABASE_URL takes another database than a temporary SQLite.
 * The bare side gets mails that are rendered already only with `--rendered`; otherwise both sides render theirs.
 */
const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '100' },
    rendered: { type: 'boolean', default: false },
  },
});
const MAILS = Number(values.mails);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = Number(values.connections);
const CONCURRENCY = Number(values.concurrency);

/** Starts the server that takes everything. */
async function startSink(): Promise<{ port: number; stop(): void }> {
  const child = fork(join(import.meta.dirname, 'smtp-sink.ts'));
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve((message as { port: number }).port)),
  );
  return { port, stop: () => child.disconnect() };
}

interface Measured {
  perSecond: number;
  /** Of this process, all threads; on a busy machine the steadier of the two figures. */
  cpuMicroseconds: number;
}

/** Runs `work` for each mail, `CONCURRENCY` at a time. */
async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next++ < MAILS) await work();
    }),
  );
  const perSecond = MAILS / (Number(process.hrtime.bigint() - began) / 1e9);
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond, cpuMicroseconds: (user + system) / MAILS };
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
  SMTP_URL: `smtp://127.0.0.1:${sink.port}?tls=off&connections=${CONNECTIONS}`,
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
  maxConnections: CONNECTIONS,
  maxMessages: 500,
});

function compose({ key, mail, to, locale, data }: ReturnType<typeof order>) {
  return composer.compose({ id: mailId(key), mail, recipientHash: hasher.hash(to), payload: { to, locale, data } });
}

const oneMail = compose(order());
const sendBare = () => bare.sendMail(values.rendered ? { ...oneMail } : compose(order()));
/** Messages as they come from SQS; to make them is the listener's work, not the mail side's. */
function messages(): ReceivedMessage[] {
  return Array.from({ length: MAILS }, () => {
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

const results: { bare: Measured; ours: Measured }[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  // In turns, each first in every other round; round 0 warms both up and is not counted.
  const bareFirst = round % 2 === 0 ? await measure(sendBare) : undefined;
  const waiting = messages();
  const ours = await measure(() => router.handle(waiting.pop() as ReceivedMessage));
  const result = { bare: bareFirst ?? (await measure(sendBare)), ours };
  if (round > 0) results.push(result);
}
const accepted = (await ledger.counts(began)).get('accepted') ?? 0;
const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const medianOf = (read: (result: (typeof results)[number]) => number) => median(results.map(read));
const figures = {
  mails: MAILS,
  rounds: ROUNDS,
  database: database.dialect,
  both_render: !values.rendered,
  bare_pool_per_second: Math.round(medianOf(({ bare }) => bare.perSecond)),
  with_ledger_per_second: Math.round(medianOf(({ ours }) => ours.perSecond)),
  ratio: Number(medianOf(({ bare, ours }) => ours.perSecond / bare.perSecond).toFixed(2)),
  bare_pool_cpu_us_per_mail: Math.round(medianOf(({ bare }) => bare.cpuMicroseconds)),
  with_ledger_cpu_us_per_mail: Math.round(medianOf(({ ours }) => ours.cpuMicroseconds)),
  cpu_ratio: Number(medianOf(({ bare, ours }) => bare.cpuMicroseconds / ours.cpuMicroseconds).toFixed(2)),
  accepted_in_ledger: accepted,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
bare.close();
await Promise.all(transports.map((transport) => transport.close()));
await database.close();
sink.stop();
await rm(folder, { recursive: true });
process.exitCode = figures.accepted_in_ledger === MAILS * (ROUNDS + 1) ? 0 : 1;
