import { listReplicas } from '@postern/durable';
import { QUEUES } from '@postern/events';
import {
  argument,
  type Command,
  type Database,
  defineCommand,
  type Opened,
  option,
  table,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { unknownTarget } from '../pause-targets.ts';
import { obedience, obedienceWords, untilObeyed } from '../pauses/obedience.ts';
import { nameOf } from '../pauses/pausable.ts';
import { MAX_REASON, Pauses } from '../pauses/pauses.ts';

const queue = argument(QUEUES.join(', '), z.enum(QUEUES, `expected one of ${QUEUES.join(', ')}`));
const handler = option('NAME', 'one handler of the queue alone: a listener, or a type of job', z.string().default(''));
const why = z.string().trim().min(1, 'expected a reason for the audit').max(MAX_REASON);

const AUTOSCALER =
  'An autoscaler that counts messages takes what waits for work: hold it meanwhile (docs/kubernetes.md).';

/** Queues and handlers that stop on every replica, and go on. */
export function queueCommands(open: Opened<{ database: Database }>): Command[] {
  const withPauses = <Result>(work: (parts: PauseParts) => Promise<Result>) =>
    open(({ database }) => work({ database, pauses: new Pauses(database), audit: new OperatorAudit(database) }));
  return [
    defineCommand({
      name: 'queue list',
      summary: 'Shows which queues and handlers are paused, by whom, since when and why',
      examples: ['queue list', 'queue list --json'],
      run: (_input, { answer }) =>
        withPauses(async ({ database, pauses }) => {
          const [all, replicas] = [await pauses.list(), await listReplicas(database)];
          const data = all.map((pause) => ({ ...pause, replicas: obedience(replicas, pause) }));
          const rows = data.map(({ by, at, reason, replicas: { obey, not }, ...target }) => [
            ...[nameOf(target), at.toISOString(), by, `${obey.length} of ${obey.length + not.length}`, reason],
          ]);
          const head = ['PAUSED', 'SINCE', 'BY', 'REPLICAS', 'WHY'];
          answer(data, all.length === 0 ? 'Nothing is paused.' : table([head, ...rows]));
        }),
    }),
    defineCommand({
      name: 'queue pause',
      summary: 'Pauses a queue, or one of its handlers, on every replica',
      about: [
        'Every replica obeys within five seconds, one that starts later from its start; the command waits for those that run. What is being handled ends; the rest waits, and loses no try.',
        'SQS deletes what has waited for the retention of its queue (4 days, unless it was made with another); a handler’s messages are renewed and wait for 28 days.',
        'Mails and links expire meanwhile as they always do.',
      ].join('\n'),
      examples: [
        'queue pause mail --reason "provider is down until 14:00"',
        'queue pause events --handler send-welcome --reason "wrong text"',
      ],
      input: { queue, handler, reason: option('WHY', 'it is shown to everybody, and goes into the audit', why) },
      acts: true,
      run: async ({ queue, handler, reason }, io) => {
        const target = { queue, handler };
        const unknown = unknownTarget(target);
        if (unknown !== undefined) throw new UsageError(unknown);
        await withPauses(async ({ database, pauses, audit }) => {
          const act = { operator: io.by, action: 'queue.pause', target: nameOf(target) };
          const entry = await audit.begin(act, reason);
          const { pause, began } = await pauses.pause(target, { by: io.by, reason });
          const done = began
            ? `${nameOf(target)} is paused.`
            : `${nameOf(target)} was paused already, by ${pause.by} at ${pause.at.toISOString()}: ${pause.reason}`;
          await audit.end(entry, 'done', began ? reason : `paused already by ${pause.by}`);
          const replicas = await untilObeyed(database, target, true);
          const scaling = handler === '' ? [AUTOSCALER] : [];
          io.answer({ ...pause, began, replicas }, [done, obedienceWords(replicas, true), ...scaling]);
        });
      },
    }),
    defineCommand({
      name: 'queue resume',
      summary: 'Resumes a queue, or one of its handlers',
      examples: ['queue resume mail --by kim', 'queue resume events --handler send-welcome'],
      input: { queue, handler },
      acts: true,
      run: async ({ queue, handler }, io) => {
        const target = { queue, handler };
        await withPauses(async ({ database, pauses, audit }) => {
          const act = { operator: io.by, action: 'queue.resume', target: nameOf(target) };
          const entry = await audit.begin(act, '');
          const pause = await pauses.resume(target);
          const ended = pause && `paused by ${pause.by} since ${pause.at.toISOString()}: ${pause.reason}`;
          await audit.end(entry, pause ? 'done' : 'failed', ended ?? 'it was not paused');
          if (!pause) throw new Error(`${nameOf(target)} is not paused: see queue list`);
          const replicas = await untilObeyed(database, target, false);
          const done = `${nameOf(target)} goes on. It was ${ended}`;
          io.answer({ ...pause, replicas }, [done, obedienceWords(replicas, false)]);
        });
      },
    }),
  ];
}

interface PauseParts {
  database: Database;
  pauses: Pauses;
  audit: OperatorAudit;
}
