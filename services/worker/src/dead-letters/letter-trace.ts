import type { Moment, TracedId } from '@postern/durable';
import { QUEUES, SendMail } from '@postern/events';
import { bytesToId, type Database, idToBytes, toDate, withoutAddresses } from '@postern/runtime';
import type { Knex } from 'knex';
import { fromRow, type LetterRow, registerId } from './letter-row.ts';

const MAX_LETTERS = 50;
/** Names in the catalog of mails; whoever can write to the queue may write anything else. */
const MAIL_NAME = /^[a-z][a-z0-9-]{0,99}$/;

/** What was given up of an id, as the register has it: when it was published, when and why it died, and what was decided about it. */
export async function letterTrace(database: Database, { text, uuid }: TracedId): Promise<Moment[]> {
  const letters = () => database.sql('dead_letters').orderBy('died_at', 'desc').limit(MAX_LETTERS);
  const own = [...new Set([text, ...(uuid ? [uuid] : [])])].map(registerId);
  const asked: Knex.QueryBuilder[] = [letters().whereIn('queue', QUEUES).whereIn('letter_id', own)];
  if (uuid !== undefined) {
    asked.push(letters().where({ user_id: idToBytes(uuid) }), letters().where({ trace_id: idToBytes(uuid) }));
  }
  const rows = (await Promise.all(asked)).flat() as LetterRow[];
  const unique = new Map(rows.map((row) => [row.id.toString('hex'), row]));
  return [...unique.values()].flatMap(momentsOf);
}

function momentsOf(row: LetterRow): Moment[] {
  const { queue, state, reason, attempts } = row;
  const { id, sentAt, body } = fromRow(row);
  const ids = {
    message: id,
    ...(row.user_id && { user: bytesToId(Buffer.from(row.user_id)) }),
    ...(row.trace_id && { trace: Buffer.from(row.trace_id).toString('hex') }),
    ...(row.operation_id && { operation: bytesToId(Buffer.from(row.operation_id)) }),
  };
  const what = nameOf(row, body);
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  // Servers and libraries quote what they were given.
  const error = withoutAddresses(row.error ?? '');
  const part = 'dead-letter';
  const died = toDate(row.died_at) as Date;
  const acted = toDate(row.acted_at) ?? undefined;
  const moments: Moment[] = [
    { at: sentAt, part: 'published', what: `${what} came onto the queue ${queue}`, ids },
    { at: died, part, what: `${what} was given up for ${reason} after ${tries}${error && `: ${error}`}`, ids },
  ];
  if (acted !== undefined) {
    const act = state === 'discarded' ? 'discarded' : `sent back to the queue ${queue}`;
    moments.push({ at: acted, part, what: `${what} was ${act} by an operator`, ids });
  }
  if (state === 'dead') {
    moments.push({
      at: died,
      part,
      what: `${what} waits for a decision: \`operations retry ${queue} ${row.letter_id}\``,
      ids,
      waits: true,
    });
  }
  return moments;
}

/** What a letter is, in a word: of the job that sends mails, with the mail. */
function nameOf({ type }: LetterRow, body: string): string {
  const mail = type === SendMail.type ? mailOf(body) : undefined;
  if (mail !== undefined) return `${type} (${mail})`;
  return type === '' ? 'a message without a type' : type;
}

function mailOf(body: string): string | undefined {
  try {
    const { data } = JSON.parse(body) as { data?: { mail?: unknown } };
    return typeof data?.mail === 'string' && MAIL_NAME.test(data.mail) ? data.mail : undefined;
  } catch {
    // It may have died of that.
    return undefined;
  }
}
