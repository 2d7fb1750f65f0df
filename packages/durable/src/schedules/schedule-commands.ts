import {
  argument,
  type Command,
  type Database,
  defineCommand,
  type Logger,
  type Opened,
  option,
  table,
} from '@postern/runtime';
import { z } from 'zod';
import { askElsewhere } from '../ask-elsewhere.ts';
import { ORDER_LIMITS } from '../jobs/create-job-tables.ts';
import type { ScheduleReport } from '../jobs/schedule-store.ts';
import { runNowWords, ScheduleOrders } from './schedule-orders.ts';

/** What an operator does to a schedule. */
interface ScheduleAct {
  operator: string;
  action: `schedule.${'run' | 'pause' | 'resume'}`;
  /** The schedule. */
  target: string;
}

interface Parts {
  database: Database;
  logger: Logger;
}

interface ScheduleCommandsOptions {
  /** The service's database, which has answered, so that times are its own: `withDatabase`. */
  open: Opened<Parts>;
  /** Records that an act begins; what it resolves with records what came of it. */
  record: (parts: Parts, act: ScheduleAct, detail: string) => Promise<Ending>;
  /** The schedules of another service, for the list; its own command acts on them. */
  elsewhere?: { service: string; ask: () => (() => Promise<ScheduleReport[]>) | undefined };
}

type Ending = (result: 'done' | 'failed', words: string) => Promise<void>;

const name = argument('as `schedule list` shows it', z.string());
const why = z.string().trim().min(1, 'expected a reason, which is recorded').max(ORDER_LIMITS.reason);

/** What runs by the clock in a service: listed, run now, paused on every replica, and resumed. It is the same for all services. */
export function scheduleCommands({ open, record, elsewhere }: ScheduleCommandsOptions): Command[] {
  const missing = (schedule: string) =>
    `there is no schedule ${schedule}: see schedule list${elsewhere ? `; \`${elsewhere.service} schedule\` is for those of the ${elsewhere.service}` : ''}`;
  /** Does it, recorded before and after. What breaks on the way (the database) has no end. */
  const act = <Result>(
    given: ScheduleAct,
    detail: string,
    work: (orders: ScheduleOrders) => Promise<{ result: Result; words: string }>,
  ) =>
    open(async (parts) => {
      const end = await record(parts, given, detail);
      try {
        const done = await work(new ScheduleOrders(parts.database));
        await end('done', done.words);
        return done.result;
      } catch (error) {
        if (error instanceof Refusal) await end('failed', error.message);
        throw error;
      }
    });
  return [
    defineCommand({
      name: 'schedule list',
      summary:
        'Shows what runs by the clock: when it ran last, what came of it, when it runs next, and whether it is paused',
      examples: ['schedule list', 'schedule list --json'],
      run: (_input, { answer, note }) =>
        open(async ({ database }) => {
          const own = await new ScheduleOrders(database).list();
          const others = await askElsewhere(() => elsewhere?.ask()?.(), note);
          const all = [...own, ...others.map((schedule) => ({ ...schedule, service: elsewhere?.service }))];
          const head = ['SCHEDULE', 'TIMING', 'LAST RUN', 'NEXT RUN', 'PAUSED, OR LAST ERROR'];
          answer(all, all.length === 0 ? 'none: no replica has declared one yet' : table([head, ...all.map(rowOf)]));
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
      run: async ({ name: target }, { answer, by }) => {
        const run = await act({ operator: by, action: 'schedule.run', target }, '', async (orders) => {
          const before = await orders.runNow(target, by);
          if (!before) throw new Refusal(missing(target));
          const result = await orders.untilRun(before);
          if (result !== 'begun' && result !== 'waits') throw new Refusal(runNowWords(result));
          return { result, words: runNowWords(result) };
        });
        answer({ name: target, run }, runNowWords(run));
      },
    }),
    defineCommand({
      name: 'schedule pause',
      summary: 'Pauses a schedule on every replica; a run under way ends as it would',
      about: 'What is due while it is paused is left out, not made up for.',
      examples: ['schedule pause prune-mails --reason "the ledger is being copied" --by kim'],
      input: { name, reason: option('WHY', 'it is shown to everybody, and recorded', why) },
      acts: true,
      run: async ({ name: target, reason }, { answer, by }) => {
        const { began, paused } = await act(
          { operator: by, action: 'schedule.pause', target },
          reason,
          async (orders) => {
            const done = await orders.pause(target, { by, reason });
            const pause = done?.schedule.paused;
            if (!done || !pause) throw new Refusal(missing(target));
            const words = done.began ? reason : `paused already by ${pause.by}`;
            return { result: { began: done.began, paused: pause }, words };
          },
        );
        const already = `${target} was paused already, by ${paused.by} at ${paused.at.toISOString()}: ${paused.reason}`;
        answer({ name: target, began, paused }, began ? `${target} is paused on every replica.` : already);
      },
    }),
    defineCommand({
      name: 'schedule resume',
      summary: 'Resumes a schedule, from its next time on',
      examples: ['schedule resume prune-mails --by kim'],
      input: { name },
      acts: true,
      run: async ({ name: target }, { answer, by }) => {
        const ended = await act({ operator: by, action: 'schedule.resume', target }, '', async (orders) => {
          const pause = await orders.resume(target);
          if (pause) return { result: pause, words: wasPaused(pause) };
          throw new Refusal(
            (await orders.find(target)) ? `${target} is not paused: see schedule list` : missing(target),
          );
        });
        answer({ name: target, ended }, `${target} goes on at its next time. It was ${wasPaused(ended)}`);
      },
    }),
  ];
}

/** What cannot be done, in words for whoever asked and for the record. */
class Refusal extends Error {}

function rowOf(schedule: ScheduleReport & { service?: string | undefined }): string[] {
  const { name: given, service, timing, firedAt, nextAt, lastError, paused } = schedule;
  return [
    service === undefined ? given : `${given} (${service})`,
    ...[timing, firedAt?.toISOString() ?? '-', paused ? 'paused' : nextAt.toISOString()],
    paused ? `by ${paused.by} since ${paused.at.toISOString()}: ${paused.reason}` : (lastError ?? ''),
  ];
}

function wasPaused({ by, at, reason }: NonNullable<ScheduleReport['paused']>): string {
  return `paused by ${by} since ${at.toISOString()}: ${reason}`;
}
