import {
  type Command,
  countField,
  type Database,
  defineCommand,
  flag,
  type Logger,
  type Opened,
  rest,
  table,
  UsageError,
} from '@postern/runtime';
import { DeadRows } from './dead-rows.ts';

/** The outbox of a service's database, which has answered, so that times are its own: `withDatabase`. */
export function withDeadRows(open: Opened<{ database: Database; logger: Logger }>): Opened<DeadRows> {
  return (work) => open(({ database, logger }) => work(new DeadRows(database, { logger })));
}

/** What operators do with the outbox of a service: it is the same for both. */
export function outboxCommands(withRows: Opened<DeadRows>): Command[] {
  return [
    defineCommand({
      name: 'outbox',
      summary: 'Counts messages on their way to SQS, and those that were given up',
      examples: ['outbox', 'outbox --json'],
      run: (_input, { answer }) =>
        withRows(async (rows) => {
          const { pending, dead, oldest } = await rows.counts();
          answer({ pending, dead, oldest }, [
            `${pending} messages not sent${dead > 0 ? `, ${dead} of them dead: see outbox dead` : ''}`,
            // Those that are dead wait for an operator, whatever SQS does.
            ...(oldest === null || pending === dead
              ? []
              : [`the oldest has waited since ${oldest.toISOString()}; \`status\` says whether SQS answers`]),
          ]);
        }),
    }),
    defineCommand({
      name: 'outbox dead',
      summary: 'Lists messages that could not be sent, and why',
      examples: ['outbox dead', 'outbox dead --json'],
      run: (_input, { answer }) =>
        withRows(async (rows) => {
          const dead = await rows.list();
          const lines = dead.map(({ row, queue, type, messageId, createdAt, attempts, lastError }) => [
            ...[String(row), queue, type, messageId, createdAt.toISOString(), String(attempts)],
            (lastError ?? '-').split('\n')[0] ?? '-',
          ]);
          const head = ['ROW', 'QUEUE', 'TYPE', 'MESSAGE', 'STORED', 'ATTEMPTS', 'ERROR'];
          answer(dead, dead.length === 0 ? 'none' : table([head, ...lines]));
        }),
    }),
    defineCommand({
      name: 'outbox retry',
      summary: 'Retries messages that were given up',
      examples: ['outbox retry 17 18', 'outbox retry all --by ann'],
      input: { rows: rest('rows as `outbox dead` shows them, or "all"') },
      acts: true,
      run: async ({ rows }, { answer, by }) => {
        const chosen = rows.length === 1 && rows[0] === 'all' ? 'all' : rowNumbers(rows, '; "all" means all');
        const retried = await withRows((dead) => dead.retry(chosen, { by }));
        answer({ retried }, `${retried} will be tried again`);
        return chosen === 'all' || retried === new Set(chosen).size ? 0 : 1;
      },
    }),
    defineCommand({
      name: 'outbox remove',
      summary: 'Deletes messages that were given up: they are never sent',
      examples: ['outbox remove 17 --yes'],
      input: { rows: rest('rows as `outbox dead` shows them'), yes: flag('what is removed is never sent') },
      acts: true,
      run: async ({ rows, yes }, { answer, by }) => {
        const chosen = rowNumbers(rows);
        if (!yes) throw new UsageError('what is removed is never sent: add --yes');
        const removed = await withRows((dead) => dead.remove(chosen, { by }));
        answer({ removed }, `${removed} removed`);
        return removed === new Set(chosen).size ? 0 : 1;
      },
    }),
  ];
}

function rowNumbers(rows: readonly string[], all = ''): number[] {
  if (rows.length === 0) throw new UsageError(`which rows? \`outbox dead\` lists them${all}`);
  return rows.map((text) => {
    // `Number` would take "1e3" for a row as well.
    const { success, data } = countField.safeParse(text);
    if (success) return data;
    throw new UsageError(`"${text}" is not a row: \`outbox dead\` lists them`);
  });
}
