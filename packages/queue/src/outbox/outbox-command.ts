import { parseArgs } from 'node:util';
import { errorMessage } from '@postern/runtime';
import { table } from '../durable/text-table.ts';
import type { DeadRows } from './dead-rows.ts';

export interface OutboxCommandDeps {
  deadRows: DeadRows;
  print: (line: string) => void;
  printError: (line: string) => void;
  /** Who does it when `--by` is not given. */
  by?: string;
}

export const OUTBOX_HELP = `outbox [dead | retry | remove]

  outbox                       how many there are
  outbox dead                  those that could not be sent, and why
  outbox retry <row>... | all  try them again
  outbox remove <row>... --yes delete them: they are never sent

Also: --by <name> (who does it, for the log)`;

class UsageError extends Error {}

/** The operators' command of an outbox, without its name. Returns the exit code: 0 done, 1 not done, 2 not understood. */
export async function outboxCommand(args: readonly string[], deps: OutboxCommandDeps): Promise<number> {
  const { print, printError } = deps;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { by: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help || positionals[0] === 'help') print(OUTBOX_HELP);
    else await run(positionals, { ...deps, by: values.by ?? deps.by ?? 'unknown', yes: values.yes ?? false });
    return 0;
  } catch (error) {
    const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    printError(`outbox: ${usage ? '' : 'it did not work: '}${errorMessage(error)}`);
    if (usage) printError('outbox --help says what there is.');
    return usage ? 2 : 1;
  }
}

async function run([action, ...rest]: string[], deps: OutboxCommandDeps & { by: string; yes: boolean }): Promise<void> {
  const { deadRows, print, by, yes } = deps;
  switch (action) {
    case undefined: {
      const dead = await deadRows.list(1);
      print(
        `${await deadRows.pending()} messages not sent${dead.length > 0 ? ', some of them dead: see outbox dead' : ''}`,
      );
      return;
    }
    case 'dead':
      return printDead(deps);
    case 'retry': {
      if (rest.length === 0) throw new UsageError('which rows? outbox dead tells them; "all" means all');
      const rows = rest.length === 1 && rest[0] === 'all' ? 'all' : rest.map(rowNumber);
      print(`${await deadRows.retry(rows, { by })} will be tried again`);
      return;
    }
    case 'remove': {
      if (rest.length === 0) throw new UsageError('which rows? outbox dead tells them');
      if (!yes) throw new UsageError('what is removed is never sent: add --yes');
      print(`${await deadRows.remove(rest.map(rowNumber), { by })} removed`);
      return;
    }
    default:
      throw new UsageError(`there is no "${action}"; there are dead, retry, remove`);
  }
}

async function printDead({ deadRows, print }: OutboxCommandDeps): Promise<void> {
  const rows = await deadRows.list();
  if (rows.length === 0) return print('none');
  const cells = rows.map(({ row, queue, type, messageId, createdAt, attempts, lastError }) => [
    String(row),
    queue,
    type,
    messageId,
    createdAt.toISOString(),
    String(attempts),
    (lastError ?? '-').split('\n')[0] ?? '-',
  ]);
  for (const line of table([['ROW', 'QUEUE', 'TYPE', 'MESSAGE', 'STORED', 'ATTEMPTS', 'ERROR'], ...cells])) print(line);
}

function rowNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new UsageError(`"${text}" is no row: outbox dead tells them`);
  return number;
}
