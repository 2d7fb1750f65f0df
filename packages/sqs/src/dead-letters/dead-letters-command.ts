import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { errorMessage, table, UsageError } from '@postern/runtime';
import { UnknownQueueError } from '../client/queue-directory.ts';
import type { DeadLetterFilter } from './dead-letter-filter.ts';
import { DeadLetterError, type DeadLetters } from './dead-letters.ts';
import { setInBody } from './edit-body.ts';
import type { RetryReport } from './letter-retry.ts';
import { letterDetails, letterTable } from './letter-text.ts';

export interface DeadLettersCommandDeps {
  deadLetters: DeadLetters;
  /** Where the answer goes, a line at a time. */
  print: (line: string) => void;
  /** Where complaints go. */
  printError: (line: string) => void;
  /** Who does it when `--by` is not given: the name of the account at the terminal, say. */
  by?: string;
  /**
   * Signs a body anew that an operator has changed: readers give up what nobody has signed. Throws when it cannot. Default: bodies go
   * as they are.
   */
  sign?: (queue: string, body: string) => string;
}

export const DEAD_LETTERS_HELP = `dead-letters [action] [queue] …

  dead-letters                              how many there are, by queue
  dead-letters list <queue> [filter]        which, and why
  dead-letters show <queue> <id>            one of them with its body
  dead-letters retry <queue> <id>...        send them back to their queue
  dead-letters retry <queue> <filter>       send back all that fit
  dead-letters redrive <queue>              send back all
  dead-letters edit <queue> <id> --set data.email=a@b.example
  dead-letters edit <queue> <id> --body-file <path>
  dead-letters edit <queue> <id> --sign     send it back as it is, under your word that it is genuine
  dead-letters remove <queue> <id>... | <filter> --yes
  dead-letters purge <queue> --yes          delete all, for good

Filter: --type <type>  --reason <reason>  --handler <name>  --error <part of the text>
        --since <time>  --before <time>   (2026-01-31 or 2026-01-31T10:00:00Z; when it was given up)
Also:   --limit <n> (list, default 50; retry, redrive, remove: at most so many)  --rate <n> (retry, redrive: so many a second)
        --dry-run (retry, redrive, remove: only say how many)  --json (list, show)  --by <name> (who does it, for the log)

A message keeps its id: whatever had succeeded with it is not done again. Only letters that are there when the command
begins are sent back, each once; the first ten go ahead, and when they die again the others stay.`;

const OPTIONS = {
  type: { type: 'string' },
  reason: { type: 'string' },
  handler: { type: 'string' },
  error: { type: 'string' },
  since: { type: 'string' },
  before: { type: 'string' },
  limit: { type: 'string' },
  rate: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  set: { type: 'string', multiple: true },
  'body-file': { type: 'string' },
  sign: { type: 'boolean' },
  by: { type: 'string' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A line of progress each time that so many more were sent back. */
const PROGRESS_LETTERS = 100;

/** Read once, so that the handlers get the options by type. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

type Values = ReturnType<typeof parse>['values'];

/** @throws UsageError for arguments that make no sense, whatever there is in the queues */
export function checkDeadLettersArguments(args: readonly string[], queues: readonly string[]): void {
  const { positionals } = parse(args);
  const [action, queue] = positionals;
  if (action === undefined || action === 'help') return;
  chosen(action);
  if (queue === undefined) throw new UsageError(`which queue? There are ${queues.join(', ')}`);
}

function chosen(action: string): (call: Call) => Promise<number> {
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!run) throw new UsageError(`there is no "${action}"; there are ${Object.keys(ACTIONS).join(', ')}`);
  return run;
}

interface Call extends DeadLettersCommandDeps {
  queue: string;
  ids: readonly string[];
  values: Values;
  by: string;
}

const ACTIONS: Record<string, (call: Call) => Promise<number>> = { list, show, retry, redrive, edit, remove, purge };

/**
 * The operators' command, without its name: `['list', 'mail', '--reason', 'no-such-user']`. Mount it where the queues are open.
 *
 * @returns the exit code: 0 done, 1 not (all) done, 2 not understood
 */
export async function deadLettersCommand(args: readonly string[], deps: DeadLettersCommandDeps): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [action, queue, ...ids] = positionals;
    if (values.help || action === 'help') {
      deps.print(DEAD_LETTERS_HELP);
      return 0;
    }
    if (action === undefined) return await counts(deps);
    const run = chosen(action);
    if (queue === undefined) {
      throw new UsageError(`which queue? There are ${deps.deadLetters.queues.join(', ')}`);
    }
    return await run({ ...deps, queue, ids, values, by: values.by ?? deps.by ?? 'unknown' });
  } catch (error) {
    const usage = error instanceof UsageError;
    if (!usage && !(error instanceof DeadLetterError) && !(error instanceof UnknownQueueError)) {
      deps.printError(`dead-letters: it did not work: ${errorMessage(error)}`);
      return 1;
    }
    deps.printError(`dead-letters: ${errorMessage(error)}`);
    if (usage) deps.printError('dead-letters --help says what there is.');
    return usage ? 2 : 1;
  }
}

async function counts({ deadLetters, print }: DeadLettersCommandDeps): Promise<number> {
  const rows = (await deadLetters.counts()).map(({ queue, letters }) => [queue, String(letters)]);
  for (const line of table([['QUEUE', 'DEAD LETTERS'], ...rows])) print(line);
  print('dead-letters --help says what can be done with them.');
  return 0;
}

async function list({ deadLetters, print, queue, values, ids }: Call): Promise<number> {
  const limit = values.limit === undefined ? 50 : wholeNumber('--limit', values.limit);
  const letters = await deadLetters.list(queue, toFilter(values, ids), limit);
  if (values.json) print(JSON.stringify(letters, null, 2));
  else if (letters.length === 0) print('none');
  else for (const line of letterTable(letters)) print(line);
  return 0;
}

async function show({ deadLetters, print, queue, values, ids }: Call): Promise<number> {
  const [id] = ids;
  if (id === undefined) throw new UsageError(`which one? dead-letters list ${queue} tells the ids`);
  const letter = await deadLetters.show(queue, id);
  if (!letter) throw new DeadLetterError(`queue ${queue} has no dead letter ${id}: it may have been retried already`);
  if (values.json) print(JSON.stringify(letter, null, 2));
  else for (const line of letterDetails(letter)) print(line);
  return 0;
}

async function retry(call: Call): Promise<number> {
  const filter = toFilter(call.values, call.ids);
  if (Object.keys(filter).length === 0) {
    throw new UsageError(`which ones? Give ids or a filter; dead-letters redrive ${call.queue} sends back all`);
  }
  return sendBack(call, filter);
}

async function redrive(call: Call): Promise<number> {
  if (Object.keys(toFilter(call.values, call.ids)).length > 0) {
    throw new UsageError(`redrive sends back all; dead-letters retry ${call.queue} takes ids or a filter`);
  }
  return sendBack(call, {});
}

async function sendBack(call: Call, filter: DeadLetterFilter): Promise<number> {
  const { deadLetters, print, printError, queue, values, by } = call;
  const dryRun = values['dry-run'] ?? false;
  let shown = 0;
  const report = await deadLetters.retry(queue, filter, {
    by,
    dryRun,
    limit: values.limit === undefined ? undefined : wholeNumber('--limit', values.limit),
    perSecond: values.rate === undefined ? undefined : wholeNumber('--rate', values.rate),
    onProgress: ({ moved, total }) => {
      if (dryRun || moved - shown < PROGRESS_LETTERS) return;
      shown = moved;
      printError(`${moved} sent back; the queue had about ${total} dead letters`);
    },
  });
  const { retried, failed, stopped } = report;
  print(dryRun ? `${retried} would be sent back to ${queue}` : `${retried} sent back to ${queue}`);
  for (const { id, why } of failed) printError(`${id} stays: ${why}`);
  const missing = stopped ? 0 : (filter.ids?.length ?? 0) - retried - failed.length;
  if (missing > 0) printError(`${missing} not found: they may have been retried already`);
  for (const line of whatWasLeft(call, report)) printError(line);
  return failed.length > 0 || missing > 0 || report.diedAgain > 0 || stopped === 'died-again' ? 1 : 0;
}

/** What an operator has to know of letters that stay. */
function whatWasLeft({ queue, values }: Call, { diedAgain, stopped }: RetryReport): string[] {
  const lines: string[] = [];
  if (diedAgain > 0) lines.push(`${diedAgain} of them died again meanwhile and stay: their cause is not mended`);
  if (stopped === 'died-again') {
    lines.push(`the others were not sent back: see dead-letters list ${queue}, mend the cause, then try again`);
  }
  if (stopped === 'limit') lines.push(`ended at --limit ${values.limit}: there may be more`);
  if (stopped === 'more-than-at-the-start') {
    lines.push('ended: more letters went by than there were at the start. Once more takes up the others');
  }
  return lines;
}

async function edit({
  deadLetters,
  print,
  queue,
  values,
  ids,
  by,
  sign = (_queue, body) => body,
}: Call): Promise<number> {
  const [id] = ids;
  const { set = [], 'body-file': file } = values;
  const changes = [set.length > 0, file !== undefined, values.sign === true].filter((given) => given);
  if (id === undefined || changes.length !== 1) {
    throw new UsageError(
      'edit takes one id, and either --set path=value (as often as needed) or --body-file or --sign',
    );
  }
  const whole = file === undefined ? undefined : await readFile(file, 'utf8');
  const change = (body: string) => sign(queue, whole ?? set.reduce(setInBody, body));
  await deadLetters.editAndRetry(queue, id, change, { by });
  print(`${id} edited and sent back to ${queue}; the log says that ${by} did it`);
  return 0;
}

async function remove({ deadLetters, print, queue, values, ids, by }: Call): Promise<number> {
  const filter = toFilter(values, ids);
  if (Object.keys(filter).length === 0) {
    throw new UsageError(`which ones? Give ids or a filter; dead-letters purge ${queue} deletes all`);
  }
  if (!values.yes && !values['dry-run']) throw new UsageError('what is removed is gone for good: add --yes');
  const limit = values.limit === undefined ? {} : { limit: wholeNumber('--limit', values.limit) };
  const dryRun = values['dry-run'] ?? false;
  const removed = await deadLetters.remove(queue, filter, { by, dryRun, ...limit });
  print(dryRun ? `${removed} would be removed` : `${removed} removed`);
  return 0;
}

async function purge({ deadLetters, print, queue, values, by }: Call): Promise<number> {
  if (!values.yes) throw new UsageError(`all dead letters of ${queue} would be gone for good: add --yes`);
  await deadLetters.purge(queue, { by });
  print(`all dead letters of ${queue} are being deleted; SQS takes up to a minute`);
  return 0;
}

function toFilter(values: Values, ids: readonly string[]): DeadLetterFilter {
  const { type, reason, handler, error } = values;
  const text = Object.entries({ type, reason, handler, error }).filter(([, value]) => value !== undefined);
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...Object.fromEntries(text),
    ...(values.since === undefined ? {} : { since: time('--since', values.since) }),
    ...(values.before === undefined ? {} : { before: time('--before', values.before) }),
  };
}

function time(option: string, text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new UsageError(`${option} "${text}" is no time: expected 2026-01-31T10:00:00Z`);
  return at;
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new UsageError(`${option} "${text}" is no number from 1`);
  return number;
}
