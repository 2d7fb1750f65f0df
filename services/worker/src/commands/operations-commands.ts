import { QUEUES } from '@postern/events';
import {
  argument,
  type Command,
  type CommandIo,
  type Database,
  defineCommand,
  flag,
  listLimit,
  type Opened,
  option,
  rest,
  table,
  timeField,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import { beginOperation, type LetterAct } from '../dead-letters/begin-operation.ts';
import { followOperation } from '../dead-letters/follow-operation.ts';
import type { RegisterFilter } from '../dead-letters/letter-filter.ts';
import { LetterRegister } from '../dead-letters/letter-register.ts';
import type { Operation } from '../dead-letters/operation-row.ts';
import { DECISIONS, type OperationDecision, Operations } from '../dead-letters/operations.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';

const LISTED = 50;
const words = z.string().trim().min(1, 'expected a text').optional();
const id = argument('the id of an operation, as `operations list` shows it', z.guid('expected the id of an operation'));
const which = {
  queue: argument(`one of ${QUEUES.join(', ')}`, z.enum(QUEUES, `expected one of ${QUEUES.join(', ')}`)),
  ids: rest('ids of letters, as `operations search` shows them'),
  type: option('TYPE', 'of this type', words),
  reason: option('REASON', 'given up for this reason', words),
  group: option(
    'ID',
    'that died of the same cause, as `operations search` shows it',
    z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'expected a group that `operations search` shows')
      .optional(),
  ),
  text: option('TEXT', 'a user’s id, a trace’s id, or a text in the body', words),
  since: option('TIME', 'given up since then', timeField.optional()),
  before: option('TIME', 'given up before then', timeField.optional()),
};
const all = flag('all of the queue');
const watch = flag('follow it until it has ended, or waits for somebody');

const ABOUT =
  'Letters are those of the register, which workers write: what SQS itself has moved is in it once the console has gone through the queue.';

/** What is done with many dead letters: begun here or in the console, worked on by the replicas, seen and ended from both. */
export function operationsCommands(open: Opened<{ database: Database }>): Command[] {
  const withParts = <Result>(work: (parts: Parts) => Promise<Result>) =>
    open(({ database }) => {
      const operations = new Operations(database, new OperatorAudit(database));
      return work({ database, operations, register: new LetterRegister(database) });
    });
  const begin = (kind: LetterAct, input: Chosen, watching: boolean, io: CommandIo) =>
    withParts(async (parts) => {
      const { queue, filter } = chosen(input);
      const { id, total, filter: bounded } = await beginOperation(parts, { kind, queue, operator: io.by, filter });
      if (bounded.since !== filter.since)
        io.note(
          `only what was given up since ${bounded.since?.toISOString()}: a text is searched for in the last 10,000 letters`,
        );
      if (watching) return follow(parts, id, io);
      io.answer(
        { id, total },
        `${id} began with ${total} letters; the replicas work on it: operations show ${id} --watch`,
      );
      return 0;
    });
  const decide = (decision: OperationDecision, done: string) => (given: { id: string }, io: CommandIo) =>
    withParts(async ({ operations }) => {
      await requireOperation(operations, given.id);
      if (!(await operations.decide(given.id, decision, io.by))) throw new Error(`${given.id}: ${DECISIONS[decision]}`);
      io.answer(await operations.find(given.id), done);
    });
  return [
    defineCommand({
      name: 'operations list',
      summary: 'Lists operations on many dead letters, the newest first, with their progress',
      examples: ['operations list', 'operations list --limit 500 --json'],
      input: { limit: option('N', `at most this many (default: ${LISTED})`, listLimit.default(LISTED)) },
      run: ({ limit }, { answer }) =>
        withParts(async ({ operations }) => {
          const found = await operations.list({ limit });
          const rows = found.map(({ id, kind, queue, state, done, total, operator, createdAt, words }) => [
            ...[
              id,
              kind,
              queue,
              state,
              `${done} of ${Math.max(total, done)}`,
              operator,
              createdAt.toISOString(),
              words,
            ],
          ]);
          const head = ['OPERATION', 'WHAT', 'QUEUE', 'STATE', 'LETTERS', 'BY', 'BEGAN', 'WHICH'];
          answer(found, found.length === 0 ? 'none' : table([head, ...rows]));
        }),
    }),
    defineCommand({
      name: 'operations search',
      summary: 'Searches the register of dead letters: groups with the same cause, and the newest letters',
      about: ABOUT,
      examples: ['operations search mail', 'operations search events --type user.registered --since 2026-01-31 --json'],
      input: {
        ...which,
        limit: option('N', `at most this many letters (default: ${LISTED})`, listLimit.default(LISTED)),
      },
      run: ({ limit, ...input }, { answer }) =>
        withParts(async ({ register }) => {
          const { queue, filter: given } = chosen({ ...input, all: true });
          const filter = await register.bounded(queue, given);
          const [total, groups, letters] = await Promise.all([
            register.count(queue, filter),
            register.groups(queue, filter, LISTED),
            register.list(queue, filter, { limit }),
          ]);
          const shown = letters.map(({ letterId: id, type, reason, error, attempts, diedAt }) => ({
            id,
            type,
            reason,
            error,
            attempts,
            diedAt,
          }));
          answer({ total, groups, letters: shown }, [
            `${total} letters`,
            ...titled(
              ['GROUP', 'LETTERS', 'TYPE', 'REASON', 'ERROR'],
              groups.map(({ fingerprint, letters, type, reason, error = '' }) => [
                fingerprint,
                String(letters),
                type,
                reason,
                line(error),
              ]),
            ),
            '',
            ...titled(
              ['LETTER', 'GIVEN UP', 'TYPE', 'REASON', 'ERROR'],
              shown.map(({ id, diedAt, type, reason, error = '' }) => [
                id,
                diedAt.toISOString(),
                type,
                reason,
                line(error),
              ]),
            ),
          ]);
        }),
    }),
    defineCommand({
      name: 'operations retry',
      summary: 'Has the replicas send letters back: ten first, the others when these have succeeded',
      about: `${ABOUT}\nIt goes on without this command. With --watch it exits with 1 unless all were sent back.`,
      examples: [
        'operations retry mail --all --watch',
        'operations retry events --type user.registered --before 2026-01-31',
        'operations retry mail 0199…',
      ],
      input: { ...which, all, watch },
      acts: true,
      run: ({ watch, ...input }, io) => begin('redrive', input, watch, io),
    }),
    defineCommand({
      name: 'operations discard',
      summary: 'Has the replicas discard letters, for good',
      about: ABOUT,
      examples: [
        'operations discard mail --reason invalid-data --yes',
        'operations discard events 0199… --yes --by kim',
      ],
      input: { ...which, all, watch, yes: flag('they are gone for good') },
      acts: true,
      run: async ({ watch, yes, ...input }, io) => {
        chosen(input);
        if (!yes) throw new UsageError('what is discarded is gone for good: add --yes');
        return begin('discard', input, watch, io);
      },
    }),
    defineCommand({
      name: 'operations show',
      summary: 'Shows an operation: its letters, progress and result',
      about: 'With --watch it exits with 1 when it was stopped, failed or cancelled.',
      examples: ['operations show 0199…', 'operations show 0199… --watch', 'operations show 0199… --json'],
      input: { id, watch },
      run: ({ id, watch }, io) =>
        withParts(async (parts) => {
          if (watch) return follow(parts, id, io);
          const operation = await requireOperation(parts.operations, id);
          io.answer(operation, linesOf(operation));
          return 0;
        }),
    }),
    defineCommand({
      name: 'operations cancel',
      summary: 'Cancels an operation; what it has done stays done',
      examples: ['operations cancel 0199… --by kim'],
      input: { id },
      acts: true,
      run: decide('cancel', 'Cancelled; what it has done stays done.'),
    }),
    defineCommand({
      name: 'operations go-on',
      summary: 'Resumes a stopped operation with the letters that are left',
      examples: ['operations go-on 0199… --by kim'],
      input: { id },
      acts: true,
      run: decide('go-on', 'It goes on with the others.'),
    }),
  ];
}

interface Parts {
  database: Database;
  operations: Operations;
  register: LetterRegister;
}

interface Chosen {
  queue: string;
  ids: string[];
  type?: string | undefined;
  reason?: string | undefined;
  group?: string | undefined;
  text?: string | undefined;
  since?: Date | undefined;
  before?: Date | undefined;
  all: boolean;
}

/** @throws UsageError where nothing says which letters, or all and a filter do */
function chosen({ queue, ids, all, group: fingerprint, ...given }: Chosen): { queue: string; filter: RegisterFilter } {
  const entries = Object.entries({ ...given, fingerprint, ids: ids.length > 0 ? ids : undefined });
  const filter: RegisterFilter = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  if (Object.keys(filter).length === 0 && !all) throw new UsageError('which ones? Give ids, a filter, or --all');
  return { queue, filter };
}

async function requireOperation(operations: Operations, id: string): Promise<Operation> {
  const operation = await operations.find(id);
  if (!operation) throw new Error(`there is no operation ${id}: see operations list`);
  return operation;
}

async function follow({ database, operations }: Parts, id: string, { answer, progress }: CommandIo): Promise<number> {
  await requireOperation(operations, id);
  const operation = await followOperation(operations, id, {
    clock: database.clock,
    onProgress: ({ state, done, total }) => progress(state, done, Math.max(total, done)),
  });
  answer(operation, linesOf(operation));
  return operation.state === 'done' && operation.failed === 0 ? 0 : 1;
}

const progressOf = ({ state, done, total }: Operation) => `${state}: ${done} of ${Math.max(total, done)}`;

function linesOf(operation: Operation): string[] {
  const { id, kind, queue, words, failed, note, operator, createdAt, endedAt } = operation;
  return [
    `${kind} of ${queue}: ${words} (${id})`,
    progressOf(operation),
    ...(failed > 0 ? [`${failed} stay, as they cannot be sent`] : []),
    ...(note === '' ? [] : [note]),
    `by ${operator}, began ${createdAt.toISOString()}${endedAt ? `, ended ${endedAt.toISOString()}` : ''}`,
  ];
}

const line = (error: string) => error.split('\n')[0]?.slice(0, 100) ?? '';

function titled(head: string[], rows: string[][]): string[] {
  return rows.length === 0 ? [] : table([head, ...rows]);
}
