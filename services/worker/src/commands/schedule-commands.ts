import { ORDER_LIMITS, runNowWords, ScheduleOrders } from '@postern/durable';
import { argument, type Command, type Database, defineCommand, type Opened, option, table } from '@postern/runtime';
import { z } from 'zod';
import { OperatorAudit } from '../operators/operator-audit.ts';

const name = argument('as `schedule list` shows it', z.string());
const why = z.string().trim().min(1, 'expected a reason for the audit').max(ORDER_LIMITS.reason);

/** What runs by the clock: run now, paused on every replica, and resumed. */
export function scheduleCommands(open: Opened<{ database: Database }>): Command[] {
  const withOrders = <Result>(work: (orders: ScheduleOrders, audit: OperatorAudit) => Promise<Result>) =>
    open(({ database }) => work(new ScheduleOrders(database), new OperatorAudit(database)));
  return [
    defineCommand({
      name: 'schedule list',
      summary:
        'Shows what runs by the clock: when it ran last, what came of it, when it runs next, and whether it is paused',
      examples: ['schedule list', 'schedule list --json'],
      run: (_input, { answer }) =>
        withOrders(async (orders) => {
          const all = await orders.list();
          const rows = all.map(({ name, timing, firedAt, nextAt, lastError, paused }) => [
            ...[name, timing, firedAt?.toISOString() ?? '-', paused ? 'paused' : nextAt.toISOString()],
            paused ? `by ${paused.by} since ${paused.at.toISOString()}: ${paused.reason}` : (lastError ?? ''),
          ]);
          const head = ['SCHEDULE', 'TIMING', 'LAST RUN', 'NEXT RUN', 'PAUSED, OR LAST ERROR'];
          answer(all, all.length === 0 ? 'none: no worker has declared one yet' : table([head, ...rows]));
        }),
    }),
    defineCommand({
      name: 'schedule run',
      summary: 'Runs a schedule now on one of the replicas, paused or not; its next time stays as it is',
      about:
        'Never beside a run of it that has not ended. The command waits until a replica has begun it, not until it is done.',
      examples: ['schedule run prune-mails --by kim', 'schedule run prune-mails --json'],
      input: { name },
      acts: true,
      run: ({ name }, { answer, by }) =>
        withOrders(async (orders, audit) => {
          const entry = await audit.begin({ operator: by, action: 'schedule.run', target: name }, '');
          const before = await orders.runNow(name, by);
          const run = before && (await orders.untilRun(before));
          const words = run === undefined ? missing(name) : runNowWords(run);
          await audit.end(entry, run === 'begun' || run === 'waits' ? 'done' : 'failed', words);
          if (run !== 'begun' && run !== 'waits') throw new Error(words);
          answer({ name, run }, words);
        }),
    }),
    defineCommand({
      name: 'schedule pause',
      summary: 'Pauses a schedule on every replica; a run under way ends as it would',
      about: 'What is due while it is paused is left out, not made up for.',
      examples: ['schedule pause prune-mails --reason "the ledger is being copied" --by kim'],
      input: { name, reason: option('WHY', 'it is shown to everybody, and goes into the audit', why) },
      acts: true,
      run: ({ name, reason }, { answer, by }) =>
        withOrders(async (orders, audit) => {
          const entry = await audit.begin({ operator: by, action: 'schedule.pause', target: name }, reason);
          const done = await orders.pause(name, { by, reason });
          const paused = done?.schedule.paused;
          if (!done || !paused) {
            await audit.end(entry, 'failed', missing(name));
            throw new Error(missing(name));
          }
          await audit.end(entry, 'done', done.began ? reason : `paused already by ${paused.by}`);
          const already = `${name} was paused already, by ${paused.by} at ${paused.at.toISOString()}: ${paused.reason}`;
          answer({ name, began: done.began, paused }, done.began ? `${name} is paused on every replica.` : already);
        }),
    }),
    defineCommand({
      name: 'schedule resume',
      summary: 'Resumes a schedule, from its next time on',
      examples: ['schedule resume prune-mails --by kim'],
      input: { name },
      acts: true,
      run: ({ name }, { answer, by }) =>
        withOrders(async (orders, audit) => {
          const entry = await audit.begin({ operator: by, action: 'schedule.resume', target: name }, '');
          const ended = await orders.resume(name);
          const was = ended && `paused by ${ended.by} since ${ended.at.toISOString()}: ${ended.reason}`;
          await audit.end(entry, ended ? 'done' : 'failed', was ?? 'it was not paused');
          if (!ended)
            throw new Error((await orders.find(name)) ? `${name} is not paused: see schedule list` : missing(name));
          answer({ name, ended }, `${name} goes on at its next time. It was ${was}`);
        }),
    }),
  ];
}

function missing(name: string): string {
  return `there is no schedule ${name}: see schedule list`;
}
