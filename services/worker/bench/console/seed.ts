import { SendMail, UserRegistered } from '@postern/events';
import { type Database, newId } from '@postern/runtime';
import { fillRows } from '@postern/runtime/testing';
import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import { LetterRegister } from '../../src/dead-letters/letter-register.ts';
import { QueueHistory } from '../../src/history/queue-history.ts';
import { gatewayWriter, workerWriter } from '../../test/support/worker-process.ts';

export interface Amounts {
  letters: number;
  mails: number;
  suppressions: number;
}

/** Ids as the ledger makes them, in the order of time: rows are added at the index's end. */
const ID = `UNHEX(CONCAT(LPAD(HEX(1700000000000 + n), 12, '0'), SUBSTR(MD5(n), 1, 20)))`;
/** Of people, who have four mails each, one every seven seconds; a few hundred wait, and one of 50,000 led to a complaint. */
const MAILS = `INSERT INTO mails (id, mail_key, mail, state, version, attempts, provider, provider_message_id, recipient_hash, recipient_domain, due_at, expires_at, created_at, changed_at, user_id, trace_id)
  SELECT ${ID}, CONCAT(UUID(), '/send-verification/verification'), ELT(1 + MOD(n, 3), 'verification', 'welcome', 'password-reset'),
    IF(MOD(n, 50000) = 7, 'complained', IF(MOD(n, 5000) = 3, 'deferred', IF(MOD(n, 40) = 1, 'bounced', IF(MOD(n, 3) = 0, 'delivered', 'accepted')))),
    3, 1, 'primary', CONCAT('0102', MD5(n)), UNHEX(SHA2(n DIV 4, 256)), ELT(1 + MOD(n, 4), 'example.com', 'mail.example', 'post.example', 'box.example'),
    IF(MOD(n, 5000) = 3, NOW(3) + INTERVAL 20 DAY, NULL), NOW(3) + INTERVAL 30 DAY, NOW(3) - INTERVAL n * 7 SECOND, NOW(3) - INTERVAL n * 7 SECOND,
    UNHEX(MD5(CONCAT('user ', n DIV 4))), UNHEX(MD5(CONCAT('trace ', n)))`;
const CHANGES = `INSERT INTO mail_changes (mail_id, number, state, reason, at)
  SELECT ${ID}, 1, 'accepted', 'by primary: 250 2.0.0 queued', NOW(3) - INTERVAL n * 7 SECOND`;
const SUPPRESSIONS = `INSERT INTO suppressions (recipient_hash, address, cause, reason, created_at)
  SELECT UNHEX(SHA2(CONCAT('s', n), 256)), CONCAT('person', n, '@example.com'), ELT(1 + MOD(n, 4), 'bounced', 'complained', 'rejected', 'manual'), '550 5.1.1 no such user', NOW(3) - INTERVAL n * 60 SECOND`;
const JOBS = `INSERT INTO job_groups (id, kind, name, state, total, done, failed, created_at)
  SELECT UNHEX(MD5(CONCAT('job ', n))), 'batch', CONCAT('import ', MOD(n, 20)), 'running', 100, 40, 1, NOW(3) - INTERVAL n SECOND`;
const AUDIT = `INSERT INTO operator_audit (id, operator, action, target, result, detail, at, ended_at)
  SELECT UNHEX(CONCAT(LPAD(HEX(FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) - n * 1000), 12, '0'), SUBSTR(MD5(n), 1, 20))), 'kim', 'mails.retry', MD5(n), 'done', 'it is tried at once', NOW(3) - INTERVAL n SECOND, NOW(3)`;

/** Fills the worker's tables (MariaDB or MySQL). */
export async function seed(database: Database, { letters, mails, suppressions }: Amounts): Promise<void> {
  const { sql } = database;
  await fillRows(sql, MAILS, { from: 0, to: mails });
  await fillRows(sql, CHANGES, { from: 0, to: mails });
  await fillRows(sql, SUPPRESSIONS, { from: 0, to: suppressions });
  await fillRows(sql, JOBS, { from: 0, to: 1_000 });
  await fillRows(sql, AUDIT, { from: 0, to: 10_000 });
  await Promise.all([seedLetters(database, letters), seedHistory(database)]);
  for (const table of ['mails', 'mail_changes', 'suppressions', 'dead_letters', 'operator_audit']) {
    await sql.raw(`ANALYZE TABLE ${table}`);
  }
}

const CAUSES = [
  'Error: connect ECONNREFUSED 10.0.3.7:5432',
  'TypeError: cannot read properties of undefined (reading "locale")',
  'Error: the address book answered 503',
  'Error: lock wait timeout exceeded; try restarting transaction',
  'RangeError: the price of an order must not be negative',
];

/** Letters as workers write them down, of five causes on two queues; each is a message that could be sent back. */
async function seedLetters(database: Database, many: number): Promise<void> {
  const register = new LetterRegister(database);
  const now = database.clock.now().getTime();
  const seen_at = new Date(now + 86_400_000);
  const PORTION = 1_000;
  for (let first = 0; first < many; first += PORTION) {
    const some = Array.from({ length: Math.min(PORTION, many - first) }, (_, n) => letter(first + n, now));
    await register.addMany(some);
    // SQS does not have them: the pass that follows an act would forget all that it has not seen for five minutes.
    await database
      .sql('dead_letters')
      .whereIn('queue', ['events', 'mail'])
      .whereIn(
        'letter_id',
        some.map(({ id }) => id),
      )
      .update({ seen_at });
  }
}

function letter(n: number, now: number) {
  const died = new Date(now - n * 10_000);
  const queue = n % 5 === 0 ? 'events' : 'mail';
  const expires_at = new Date(now + 3_600_000).toISOString();
  const person = { user_id: newId(), email: `person${n}@example.com`, first_name: 'Ann', locale: 'en' };
  const data = { first_name: 'Ann', token_id: newId(), expires_at };
  const { envelope, body } =
    queue === 'events'
      ? gatewayWriter.write(UserRegistered, { ...person, last_name: 'Lee', token_id: newId(), expires_at } as never)
      : workerWriter.write(SendMail, {
          ...{ key: `${newId()}/send-verification/verification`, mail: 'verification', to: person.email },
          ...{ locale: 'en', data, expires_at },
        });
  return {
    ...{ queue, id: envelope.id, type: envelope.type, body, reason: n % 7 === 0 ? 'invalid-data' : 'attempts-used-up' },
    ...{ error: CAUSES[n % CAUSES.length], attempts: 50, handler: `worker/${queue}`, firstAt: died, lastAt: died },
    ...{ sentAt: new Date(died.getTime() - 14_400_000), encoding: 'json', messages: 1 },
    ...{ traceparent: `00-${newId().replaceAll('-', '')}-00f067aa0ba902b7-01`, groupId: undefined, attributes: {} },
  };
}

/** A week of quarters and seven hours of minutes. */
async function seedHistory(database: Database): Promise<void> {
  const history = new QueueHistory(database);
  const now = Math.floor(database.clock.now().getTime() / 60_000) * 60;
  const counts = (n: number) =>
    ['events', 'mail', 'jobs', 'provider-events'].map((queue, index) => {
      const done = Math.round(900 + 600 * Math.sin(n / 40 + index) + 80 * Math.sin(n * 7));
      const spread = (bounds: readonly number[]) => [
        ...bounds.map((_, at) => Math.max(0, 60 - 9 * Math.abs(at - 4))),
        1,
      ];
      const last = { waiting: Math.round(30 + 25 * Math.sin(n / 15)), paused: false };
      return {
        queue,
        done,
        failed: n % 90 === 0 ? 40 : 1,
        dead: 0,
        ...last,
        times: spread(TIME_BOUNDS),
        waits: spread(WAIT_BOUNDS),
      };
    });
  for (let n = 1; n < 420; n++) await history.add(now - n * 60, counts(n));
  for (let n = 28; n < 672; n++) await history.add(now - n * 900, counts(n * 15));
}
