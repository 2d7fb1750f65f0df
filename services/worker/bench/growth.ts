import { createLogger, Metrics, newId, SystemClock } from '@postern/runtime';
import { fillRows, medianMs, testDatabase } from '@postern/runtime/testing';
import { type MessageSender, SqsSender } from '@postern/sqs';
import { migrations } from '../migrations/index.ts';
import { readConfig } from '../src/config.ts';
import { createContainer } from '../src/container.ts';
import { Ledger } from '../src/mail/delivery/ledger/ledger.ts';

/** How long what the mail ledger is asked takes, by how many mails are in it; one line of JSON. On the server of TEST_DATABASE_URL. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** Accepted mails. */
const FILL = `INSERT INTO mails (id, mail_key, mail, state, version, recipient_hash, recipient_domain, expires_at, created_at, changed_at)
  SELECT UNHEX(MD5(n)), CONCAT('key ', n), 'verification', 'accepted', 2, UNHEX(SHA2(n, 256)), 'example.com', NOW(3), NOW(3), NOW(3)`;

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
  const series: Record<string, [number, number][]> = { 'find one': [], 'take what is due': [], 'count what waits': [] };
  let from = 0;
  for (const size of SIZES) {
    await fillRows(sql, FILL, { from, to: size });
    from = size;
    series['find one']?.push([
      size,
      await medianMs(() => ledger.find(Buffer.from(newId().replaceAll('-', ''), 'hex'))),
    ]);
    series['take what is due']?.push([size, await medianMs(() => ledger.claimDue(10))]);
    series['count what waits']?.push([size, await medianMs(() => ledger.pending())]);
  }
  process.stdout.write(`${JSON.stringify({ title: 'Mail ledger', x: 'mails', y: 'ms', series })}\n`);
} finally {
  await test.close();
}
