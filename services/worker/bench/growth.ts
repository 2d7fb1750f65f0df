import { createHash, randomBytes } from 'node:crypto';
import { createLogger, Metrics, newId, SystemClock } from '@postern/runtime';
import { fillRows, medianMs, testDatabase } from '@postern/runtime/testing';
import { type MessageSender, SqsSender } from '@postern/sqs';
import { migrations } from '../migrations/index.ts';
import { readConfig } from '../src/config.ts';
import { createContainer } from '../src/container.ts';
import { Ledger } from '../src/mail/delivery/ledger/ledger.ts';
import type { NewMail } from '../src/mail/delivery/ledger/ledger-entry.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';

/** How long what the mail ledger is asked takes, by how many mails are in it; one line of JSON. On the server of TEST_DATABASE_URL. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** Mails that wait, however many there are: what is taken is hidden for a while, so there are more of them than are taken in a measurement. */
const WAITING = 1_000;

/** One mail a second; their ids ascend as those of the ledger do, and their traces and recipients are anywhere in their indexes. */
const BEGAN = 1_750_000_000;
const id = (suffix: string) => `UNHEX(CONCAT(LPAD(HEX((${BEGAN} + n) * 1000), 12, '0'), LEFT(MD5(${suffix}), 20)))`;
const at = `FROM_UNIXTIME(${BEGAN} + n)`;
/** Accepted mails, but for the first, which are to be tried again. */
const FILL = `INSERT INTO mails (id, mail_key, mail, state, version, recipient_hash, recipient_domain, user_id, trace_id, due_at, expires_at, created_at, changed_at)
  SELECT ${id('n')}, CONCAT(UUID(), '/send-verification/verification'), 'verification', IF(n < ${WAITING}, 'deferred', 'accepted'), 2,
    UNHEX(SHA2(n, 256)), 'example.com', ${id("CONCAT('user', n)")}, UNHEX(MD5(CONCAT('trace', n))),
    IF(n < ${WAITING}, NOW(3), NULL), NOW(3) + INTERVAL 1 HOUR, ${at}, ${at}`;
const FILL_HISTORY = `INSERT INTO mail_changes (mail_id, number, state, reason, at) SELECT ${id('n')}, 1, 'sending', 'begun', ${at}`;

/** The id of a mail among the first `size`. */
function anyId(size: number): Buffer {
  const n = Math.floor(Math.random() * size);
  const time = ((BEGAN + n) * 1_000).toString(16).padStart(12, '0');
  return Buffer.from(time + createHash('md5').update(String(n)).digest('hex').slice(0, 20), 'hex');
}

function newMail(): NewMail {
  const key = `${newId()}/send-verification/verification`;
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return {
    ...{ id: mailId(key), key, mail: 'verification', userId: newId() },
    ...{ recipientHash: createHash('sha256').update(key).digest(), recipientDomain: 'example.com' },
    payload: { to: 'ann@example.com', locale: 'en', data: {}, traceparent },
    expiresAt: new Date(Date.now() + 3_600_000),
    // Done at once, so that no more wait afterwards than before.
    first: { state: 'accepted', reason: 'taken' },
  };
}

const test = await testDatabase('growth');
try {
  const { database } = test;
  await database.migrate(migrations);
  const { sql } = database;
  const key = (n: number) => Buffer.alloc(32, n).toString('base64');
  const config = readConfig({
    ...{ DATABASE_URL: test.url, AWS_REGION: 'us-east-1', PUBLIC_URL: 'http://127.0.0.1:3000' },
    ...{ LINK_KEY: key(1), GATEWAY_ENVELOPE_KEY: key(2), WORKER_ENVELOPE_KEY: key(3), RECIPIENT_KEY: key(4) },
    ...{ SMTP_URL: 'smtp://127.0.0.1:1?tls=off', MAIL_FROM: 'Postern <hello@example.com>' },
  });
  const container = createContainer({
    ...{ config, database, clock: new SystemClock(), metrics: new Metrics({ defaults: false }), transports: [] },
    logger: createLogger({ service: 'bench', version: 'test', level: 'error' }),
    // Asked for by the container and never by this benchmark.
    sender: Object.create(SqsSender.prototype) as MessageSender,
  });
  const ledger = container.get(Ledger);
  const series: Record<string, [number, number][]> = {};
  const add = async (name: string, size: number, work: () => Promise<unknown>) => {
    series[name] ??= [];
    series[name].push([size, await medianMs(work)]);
  };
  let from = 0;
  for (const size of SIZES) {
    await fillRows(sql, FILL, { from, to: size });
    await fillRows(sql, FILL_HISTORY, { from, to: size });
    from = size;
    await add('find one', size, () => ledger.find(anyId(size)));
    await sql('mails')
      .where({ state: 'deferred' })
      .update({ due_at: sql.raw('NOW(3)') });
    await add('take ten that are due', size, () => ledger.claimDue(10));
    await add('count what waits', size, () => ledger.pending());
    // Together, as they come to a worker that has much to do: one by itself waits for others.
    await add('write a hundred', size, () => Promise.all(Array.from({ length: 100 }, () => ledger.begin(newMail()))));
  }
  process.stdout.write(`${JSON.stringify({ title: 'Mail ledger', x: 'mails', y: 'ms', series })}\n`);
} finally {
  await test.close();
}
