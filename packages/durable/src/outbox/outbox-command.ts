import { parseArgs } from 'node:util';
import { errorMessage, table, UsageError } from '@postern/runtime';
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

/** Read once, so that mistakes are told before anything is opened. */
function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { by: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const [action = '', ...rows] = positionals;
    if (!['', 'help', 'dead', 'retry', 'remove'].includes(action)) {
      throw new UsageError(`there is no "${action}"; there are dead, retry, remove`);
    }
    return { values, action, rows };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

/** @throws UsageError for arguments that make no sense, whatever there is in the outbox */
export function checkOutboxArguments(args: readonly string[]): void {
  const { action, rows, values } = parse(args);
  if (action === 'retry' || action === 'remove') readRows(action, rows, values.yes ?? false);
}

/** The operators' command of an outbox, without its name. Returns the exit code: 0 done, 1 not done, 2 not understood. */
export async function outboxCommand(args: readonly string[], deps: OutboxCommandDeps): Promise<number> {
  const { print, printError } = deps;
  try {
    const { values, action, rows } = parse(args);
    if (values.help || action === 'help') print(OUTBOX_HELP);
    else await run(action, rows, { ...deps, by: values.by ?? deps.by ?? 'unknown', yes: values.yes ?? false });
    return 0;
  } catch (error) {
    const usage = error instanceof UsageError;
    printError(`outbox: ${usage ? '' : 'it did not work: '}${errorMessage(error)}`);
    if (usage) printError('outbox --help says what there is.');
    return usage ? 2 : 1;
  }
}

type Call = OutboxCommandDeps & { by: string; yes: boolean };

async function run(action: string, rest: readonly string[], deps: Call): Promise<void> {
  const { deadRows, print, by, yes } = deps;
  if (action === 'dead') return printDead(deps);
  if (action === '') {
    const dead = await deadRows.list(1);
    print(
      `${await deadRows.pending()} messages not sent${dead.length > 0 ? ', some of them dead: see outbox dead' : ''}`,
    );
    return;
  }
  const rows = readRows(action, rest, yes);
  if (action === 'retry') print(`${await deadRows.retry(rows, { by })} will be tried again`);
  else if (rows !== 'all') print(`${await deadRows.remove(rows, { by })} removed`);
}

function readRows(action: string, rest: readonly string[], yes: boolean): readonly number[] | 'all' {
  const all = action === 'retry' ? '; "all" means all' : '';
  if (rest.length === 0) throw new UsageError(`which rows? outbox dead tells them${all}`);
  if (action === 'remove' && !yes) throw new UsageError('what is removed is never sent: add --yes');
  return action === 'retry' && rest.length === 1 && rest[0] === 'all' ? 'all' : rest.map(rowNumber);
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
