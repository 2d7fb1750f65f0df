import { randomBytes } from 'node:crypto';
import { idToBytes, newId } from '@postern/runtime';
import { tablesOf } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeAll(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url(), OPERATOR_AUDIT_RETENTION_DAYS: '90' });
});
afterAll(async () => {
  await side.close();
  await smtp.close();
});

interface Bound {
  /** In words, for whoever adds a table. */
  bound: string;
  /** A row of long ago that nobody needs any more; absent where a row stays for a reason that `bound` names. */
  row?: (longAgo: Date) => Record<string, unknown>;
}

const hash = () => randomBytes(32);
const id = () => idToBytes(newId());
/** An id that was made then. */
const idOf = (at: Date) => {
  const bytes = id();
  bytes.writeUIntBE(at.getTime(), 0, 6);
  return bytes;
};

/**
 * What bounds each table. Rows come from events and mails, which the gateway's limits bound by sender and recipient; here each goes
 * after its time. Whoever adds a table says how, and a row shows it.
 */
const BOUNDS: Record<string, Bound> = {
  deliveries: { bound: 'a month', row: (at) => ({ message_id: id(), listener: 'send-welcome', done_at: at }) },
  listener_tries: {
    bound: 'a month; one a try that failed',
    row: (at) => ({
      ...{
        event_id: id(),
        listener: 'send-welcome',
        attempt: 1,
        type: 'user.verified',
        outcome: 'failed',
        error: 'x',
        at,
      },
    }),
  },
  soft_bounces: { bound: 'a week', row: (at) => ({ recipient_hash: hash(), notice_id: 'evt-1', at }) },
  suppressions: {
    bound: 'one a recipient; soft ones until their end',
    row: (at) => ({ recipient_hash: hash(), cause: 'soft-bounces', reason: 'full', created_at: at, ends_at: at }),
  },
  mail_rates: {
    bound: 'one a domain that mails go to, a day after its window',
    row: (at) => ({ name: 'domain old.example', window_started_at: at, window_ends_at: at, used: 1 }),
  },
  job_locks: { bound: 'a month after their end', row: (at) => ({ unique_key: 'old', job_id: id(), expires_at: at }) },
  job_groups: {
    bound: 'a month after their end',
    row: (at) => ({ id: id(), kind: 'batch', name: 'old', state: 'done', total: 1, created_at: at, ended_at: at }),
  },
  job_group_members: { bound: 'with their group (packages/durable/test/jobs.test.ts)' },
  job_records: {
    bound: 'a month after the job was due',
    row: (at) => ({ job_id: id(), type: 'rows.prune', queue: 'jobs', dispatched_at: at, due_at: at }),
  },
  job_tries: {
    bound: 'a month; one a try that failed',
    row: (at) => ({ job_id: id(), attempt: 1, outcome: 'failed', error: 'Error', at }),
  },
  replicas: { bound: 'one a replica, an hour after it was last heard of (packages/durable/test/status.test.ts)' },
  queue_history: { bound: '1,188 rows a queue: minutes for 7 hours, quarters for 8 days (queue-history.test.ts)' },
  pauses: { bound: 'one for each queue and handler of the code that an operator has paused' },
  listeners: { bound: 'one for each listener and event of the code' },
  recipient_key: { bound: 'one' },
  job_schedules: { bound: 'one for each schedule of the code' },
  mails: { bound: 'MAIL_RETENTION_DAYS after the last change (schedules.test.ts)' },
  mail_changes: { bound: 'a few a mail, with it (schedules.test.ts)' },
  mail_opt_outs: { bound: 'one for each recipient and mail that we have sent: its link has a MAC' },
  suppression_audit: {
    bound: 'OPERATOR_AUDIT_RETENTION_DAYS, once its address is off the list (suppressed-addresses.test.ts)',
    row: (at) => ({ id: idOf(at), recipient_hash: hash(), action: 'removed', actor: 'kim', reason: 'repaired', at }),
  },
  outbox: { bound: 'a row goes when SQS has it' },
  operators: { bound: 'one for each person whom the command line lets in' },
  operator_sessions: { bound: 'a working day: each sign-in clears away what has ended (console.test.ts)' },
  operator_tries: { bound: 'five minutes: each try clears away what is over (console.test.ts)' },
  operator_audit: {
    bound: 'OPERATOR_AUDIT_RETENTION_DAYS; refused sign-ins are limited (console.test.ts)',
    row: (at) => ({
      ...{ id: idOf(at), operator: 'kim', action: 'sign-in', target: 'x', result: 'done', detail: '' },
      ...{ at, ended_at: at },
    }),
  },
  operations: {
    bound: 'with the audit, after its end',
    row: (at) => ({
      ...{ id: id(), kind: 'discard', queue: 'mail', operator: 'kim', filter: '{}', words: 'all letters' },
      ...{ state: 'done', created_at: at, ended_at: at },
    }),
  },
  dead_letters: {
    bound: 'fifteen days',
    row: (at) => ({
      ...{ id: id(), queue: 'mail', letter_id: 'old', type: 'mail.send', reason: 'invalid-data', attempts: 1 },
      ...{ fingerprint: randomBytes(16), died_at: at, state: 'dead', seen_at: at, letter: '{}' },
    }),
  },
  migrations: { bound: 'one for each migration' },
};

describe('a table of the worker', () => {
  it('has a bound, which is stated here', async () => {
    expect(await tablesOf(side.database)).toEqual(Object.keys(BOUNDS).sort());
  });

  it('is emptied of what nobody needs any more', async () => {
    const { clock, database } = side;
    const scheduler = await side.scheduler();
    const rows = Object.entries(BOUNDS).flatMap(([table, { row }]) => (row ? [{ table, row: row(clock.now()) }] : []));
    for (const { table, row } of rows) await database.sql(table).insert(row);
    clock.forward(100 * DAY);
    await scheduler.tick();
    const left: Record<string, number> = {};
    for (const { table, row } of rows) {
      // By its key, which comes first: the jobs that delete leave a record of their own.
      const [key = '', value] = Object.entries(row)[0] ?? [];
      left[table] = (await database.sql(table).where(key, value as string)).length;
    }
    expect(left).toEqual(Object.fromEntries(rows.map(({ table }) => [table, 0])));
  });
});
