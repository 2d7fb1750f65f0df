import { readFile } from 'node:fs/promises';
import {
  argument,
  type Command,
  type CommandIo,
  countField,
  defineCommand,
  flag,
  type Opened,
  option,
  repeated,
  rest,
  table,
  timeField,
  UsageError,
} from '@postern/runtime';
import { z } from 'zod';
import type { DeadLetterFilter } from './dead-letter-filter.ts';
import type { DeadLetter } from './dead-letter-format.ts';
import { type DeadLetters, NoSuchLetterError } from './dead-letters.ts';
import { setInBody } from './edit-body.ts';
import type { RetryReport } from './letter-retry.ts';
import { letterDetails, letterTable } from './letter-text.ts';

interface DeadLettersCommandsOptions {
  open: Opened<DeadLetters>;
  /** The names of the queues that there may be. */
  queues: readonly string[];
  /**
   * Signs a body again that an operator has changed: readers give up what nobody has signed. Throws when it cannot. Default: bodies go
   * as they are.
   */
  sign?: (queue: string, body: string) => string;
}

/** Progress is shown each time that so many more were sent back. */
const PROGRESS_LETTERS = 100;
const LISTED = 50;

const text = z.string().optional();
const filterFields = {
  type: option('TYPE', 'of this type', text),
  reason: option('REASON', 'given up for this reason', text),
  handler: option('NAME', 'given up by this handler', text),
  error: option('TEXT', 'with this in their last error', text),
  text: option('TEXT', 'with this in their body, such as a user id', text),
  since: option('TIME', 'given up since then', timeField.optional()),
  before: option('TIME', 'given up before then', timeField.optional()),
};
const limit = option('N', 'at most this many', countField.optional());
const rate = option('N', 'at most this many a second', countField.optional());
const dryRun = flag('only count them');
const yes = flag('they are gone for good');

type FilterInput = { [Name in keyof DeadLetterFilter]?: DeadLetterFilter[Name] | undefined };

/** What operators do with messages that were given up. A message keeps its id: whatever had succeeded with it is not done again. */
export function deadLettersCommands({
  open,
  queues,
  sign = (_queue, body) => body,
}: DeadLettersCommandsOptions): Command[] {
  const oneOf = `one of ${queues.join(', ')}`;
  const queueName = z.enum(queues, `expected ${oneOf}`);
  const queue = argument(oneOf, queueName);
  const ids = rest('ids as `dead-letters list` shows them');
  const id = argument('an id as `dead-letters list` shows it', z.string());
  const which = { queue, ids, ...filterFields };
  return [
    defineCommand({
      name: 'dead-letters',
      summary: 'Counts messages that were given up, by queue',
      examples: ['dead-letters', 'dead-letters --json'],
      run: (_input, { answer }) =>
        open(async (letters) => {
          const counts = await letters.counts();
          answer(counts, table([['QUEUE', 'DEAD LETTERS'], ...counts.map((it) => [it.queue, String(it.letters)])]));
        }),
    }),
    defineCommand({
      name: 'dead-letters list',
      summary: 'Lists messages that were given up, and why, of one queue or of all',
      examples: [
        'dead-letters list',
        'dead-letters list mail --reason invalid-data',
        'dead-letters list events --since 2026-01-31 --json',
      ],
      input: { ...which, queue: argument(`${oneOf}; all of them without it`, queueName.optional()), limit },
      run: ({ queue, limit: most = LISTED, ...given }, { answer, note }) =>
        open(async (letters) => {
          const found: DeadLetter[] = [];
          for (const each of queue ? [queue] : letters.queues) {
            if (found.length < most) found.push(...(await letters.list(each, toFilter(given), most - found.length)));
          }
          answer(found, found.length === 0 ? 'none' : letterTable(found, { withQueue: queue === undefined }));
          // Those of further queues have not even been looked for.
          if (found.length >= most) note(`ended at ${most}: there may be more, which --limit shows`);
        }),
    }),
    defineCommand({
      name: 'dead-letters show',
      summary: 'Shows one of them with its body',
      examples: ['dead-letters show mail 0199-…'],
      input: { queue, id },
      run: ({ queue, id }, { answer }) =>
        open(async (letters) => {
          const letter = await letters.show(queue, id);
          if (!letter) throw new NoSuchLetterError(queue, id);
          answer(letter, letterDetails(letter));
        }),
    }),
    defineCommand({
      name: 'dead-letters retry',
      summary: 'Sends some of them back to their queue, by id or by a filter',
      about:
        'Only those that are there when the command begins, each once; the first ten go ahead, and when they die again the others stay.',
      examples: ['dead-letters retry mail 0199-… 0199-…', 'dead-letters retry events --type user.registered --dry-run'],
      input: { ...which, limit, rate, dryRun },
      acts: true,
      run: async ({ queue, limit: most, rate, dryRun, ...given }, io) => {
        const filter = toFilter(given);
        if (Object.keys(filter).length === 0) {
          throw new UsageError(`which ones? Give ids or a filter; \`dead-letters redrive ${queue}\` sends back all`);
        }
        return open((letters) => sendBack(letters, { queue, filter, limit: most, perSecond: rate, dryRun }, io));
      },
    }),
    defineCommand({
      name: 'dead-letters redrive',
      summary: 'Sends all of them back to their queue',
      examples: ['dead-letters redrive mail --rate 50', 'dead-letters redrive events --dry-run'],
      input: { queue, limit, rate, dryRun },
      acts: true,
      run: ({ queue, limit: most, rate, dryRun }, io) =>
        open((letters) => sendBack(letters, { queue, filter: {}, limit: most, perSecond: rate, dryRun }, io)),
    }),
    defineCommand({
      name: 'dead-letters edit',
      summary: 'Changes one of them and sends it back',
      about: '--sign sends it back as it is, under your word that it is genuine.',
      examples: ['dead-letters edit events 0199-… --set data.first_name=Ann', 'dead-letters edit events 0199-… --sign'],
      input: {
        ...{ queue, id, set: repeated('PATH=VALUE', 'a field of the body, and its new value') },
        bodyFile: option('PATH', 'a file with the whole new body', text),
        sign: flag('sign it as it is'),
      },
      acts: true,
      run: async ({ queue, id, set, bodyFile, sign: asItIs }, { answer, by }) => {
        if ([set.length > 0, bodyFile !== undefined, asItIs].filter((given) => given).length !== 1) {
          throw new UsageError('expected either --set path=value (as often as needed) or --body-file or --sign');
        }
        const whole = bodyFile === undefined ? undefined : await readFile(bodyFile, 'utf8');
        const change = (body: string) => sign(queue, whole ?? set.reduce(setInBody, body));
        await open((letters) => letters.editAndRetry(queue, id, change, { by }));
        answer({ id, queue, by }, `${id} edited and sent back to ${queue}; logged as done by ${by}`);
      },
    }),
    defineCommand({
      name: 'dead-letters remove',
      summary: 'Deletes some of them, by id or by a filter',
      examples: ['dead-letters remove mail 0199-… --yes', 'dead-letters remove mail --before 2026-01-31 --dry-run'],
      input: { ...which, limit, dryRun, yes },
      acts: true,
      run: async ({ queue, limit: most, dryRun, yes, ...given }, { answer, note, by }) => {
        const filter = toFilter(given);
        if (Object.keys(filter).length === 0) {
          throw new UsageError(`which ones? Give ids or a filter; \`dead-letters purge ${queue}\` deletes all`);
        }
        if (!yes && !dryRun) throw new UsageError('what is removed is gone for good: add --yes');
        const options = { by, dryRun, ...(most === undefined ? {} : { limit: most }) };
        const removed = await open((letters) => letters.remove(queue, filter, options));
        answer({ removed, dry_run: dryRun }, dryRun ? `${removed} would be removed` : `${removed} removed`);
        const missing = Math.min(new Set(filter.ids).size, most ?? Number.POSITIVE_INFINITY) - removed;
        if (missing <= 0) return 0;
        note(`${missing} not found, or not removed by SQS`);
        return 1;
      },
    }),
    defineCommand({
      name: 'dead-letters purge',
      summary: 'Deletes all of them, for good',
      examples: ['dead-letters purge mail --yes'],
      input: { queue, yes },
      acts: true,
      run: async ({ queue, yes }, { answer, by }) => {
        if (!yes) throw new UsageError(`all dead letters of ${queue} would be gone for good: add --yes`);
        await open((letters) => letters.purge(queue, { by }));
        answer({ queue }, `all dead letters of ${queue} are being deleted; SQS takes up to a minute`);
      },
    }),
  ];
}

interface SendBack {
  queue: string;
  filter: DeadLetterFilter;
  limit: number | undefined;
  perSecond: number | undefined;
  dryRun: boolean;
}

async function sendBack(
  letters: DeadLetters,
  call: SendBack,
  { answer, note, progress, by }: CommandIo,
): Promise<number> {
  const { queue, filter, dryRun, ...options } = call;
  let shown = 0;
  const report = await letters.retry(queue, filter, {
    ...options,
    ...{ by, dryRun },
    onProgress: ({ moved, total }) => {
      if (dryRun || moved - shown < PROGRESS_LETTERS) return;
      shown = moved;
      progress('sent back', moved, total);
    },
  });
  const { retried, failed, stopped } = report;
  answer({ queue, dry_run: dryRun, ...report }, `${retried} ${dryRun ? 'would be ' : ''}sent back to ${queue}`);
  for (const { id, why } of failed) note(`${id} stays: ${why}`);
  const missing = stopped ? 0 : (filter.ids?.length ?? 0) - retried - failed.length;
  if (missing > 0) note(`${missing} not found: they may have been retried already`);
  if (queue.endsWith('.fifo') && (dryRun || isPassedOver(filter, missing))) {
    note('of each group SQS shows ten at a time: those behind ten that stay were not looked at');
  }
  for (const line of whatWasLeft(call, report)) note(line);
  return failed.length > 0 || missing > 0 || report.diedAgain > 0 || stopped === 'died-again' ? 1 : 0;
}

/** Whether letters may have been seen that do not fit, which stay and hide those behind them. */
function isPassedOver({ ids, ...others }: DeadLetterFilter, missing: number): boolean {
  return ids === undefined ? Object.keys(others).length > 0 : missing > 0;
}

/** What an operator has to know of letters that stay. */
function whatWasLeft({ queue, limit: most }: SendBack, { diedAgain, stopped }: RetryReport): string[] {
  const lines: string[] = [];
  if (diedAgain > 0) lines.push(`${diedAgain} of them died again meanwhile and stay: their cause is not fixed`);
  if (stopped === 'died-again') {
    lines.push(`the others were not sent back: see dead-letters list ${queue}, fix the cause, then try again`);
  }
  if (stopped === 'limit') lines.push(`ended at --limit ${most}: there may be more`);
  if (stopped === 'more-than-at-the-start') {
    lines.push('stopped: more letters were seen than there were at the start. Run it again for the others');
  }
  return lines;
}

function toFilter({ ids = [], ...given }: FilterInput): DeadLetterFilter {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...(ids.length === 0 ? {} : { ids }), ...Object.fromEntries(present) };
}
