import { table } from '@postern/runtime';
import type { DeadLetter } from './dead-letter-format.ts';

const MAX_ERROR = 60;

/** Letters as a table of plain text, one a line; with the queue that each is of where they are of several. */
export function letterTable(letters: readonly DeadLetter[], { withQueue = false } = {}): string[] {
  const rows = letters.map(({ queue, id, type, reason, attempts, handler, lastAt, sentAt, error, messages }) => [
    ...(withQueue ? [queue] : []),
    id,
    messages > 1 ? `${type} (${messages} messages)` : type,
    reason,
    String(attempts),
    handler ?? '-',
    (lastAt ?? sentAt).toISOString(),
    firstLine(error ?? '-'),
  ]);
  const head = withQueue ? ['QUEUE', 'ID'] : ['ID'];
  return table([[...head, 'TYPE', 'REASON', 'ATTEMPTS', 'HANDLER', 'LAST', 'ERROR'], ...rows]);
}

/** Everything about one letter, its body last and indented where it is JSON. */
export function letterDetails(letter: DeadLetter): string[] {
  const time = (at: Date | undefined) => at?.toISOString();
  const fields: [string, string | undefined][] = [
    ['id', letter.id],
    ['queue', letter.queue],
    ['type', letter.type],
    ['reason', letter.reason],
    ['last error', letter.error],
    ['attempts', String(letter.attempts)],
    ['handler', letter.handler],
    ['sent', time(letter.sentAt)],
    ['first received', time(letter.firstAt)],
    ['last failed', time(letter.lastAt)],
    ['group', letter.groupId],
    ['trace', letter.traceparent],
    ['messages', letter.messages > 1 ? String(letter.messages) : undefined],
    ...Object.entries(letter.attributes),
  ];
  const present = fields.filter((field): field is [string, string] => field[1] !== undefined && field[1] !== '');
  return [...table(present), '', ...pretty(letter.body).split('\n')];
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Broken JSON may be why it is here: it is shown as it is.
    return body;
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR - 1)}…` : line;
}
