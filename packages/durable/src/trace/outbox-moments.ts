import { type Database, toDate } from '@postern/runtime';
import { lookedAt } from '../outbox/looked-at.ts';
import type { OutboxRecord } from '../outbox/outbox-row.ts';
import type { Moment, TracedId } from './moment.ts';

const MAX_ROWS = 100;

/**
 * What of it waits in the outbox: the message itself, messages of its trace, messages about it. Rows that were sent are gone. Of a table
 * that has grown while SQS is away it reads the oldest rows and the newest, and says so.
 */
export async function outboxMoments(database: Database, { uuid }: TracedId): Promise<Moment[]> {
  if (uuid === undefined) return [];
  const { within, passedOver } = await lookedAt(database);
  const rows = await database
    .sql<OutboxRecord>('outbox')
    .where(within)
    .where((query) =>
      query
        .where('message_id', uuid)
        .orWhere('headers', 'like', `%${uuid.replaceAll('-', '')}%`)
        .orWhere('body', 'like', `%${uuid}%`),
    )
    .orderBy('id')
    .limit(MAX_ROWS)
    .select('message_id', 'queue', 'type', 'created_at', 'due_at', 'attempts', 'last_error');
  return [...rows.map(momentOf), ...(passedOver === undefined ? [] : [notSearched(passedOver)])];
}

type Shown = Pick<OutboxRecord, 'message_id' | 'queue' | 'type' | 'created_at' | 'due_at' | 'attempts' | 'last_error'>;

function momentOf(row: Shown): Moment {
  const due = toDate(row.due_at);
  const failed = row.attempts > 0 ? `, ${row.attempts} tries failed (${row.last_error ?? 'no reason is known'})` : '';
  const next = due ? `, next try ${due.toISOString()}` : ', and is not tried again: `outbox retry`';
  return {
    at: toDate(row.created_at) as Date,
    part: 'outbox',
    what: `${row.type} waits to be sent to the queue ${row.queue}${failed}${next}`,
    ids: { message: row.message_id },
    waits: true,
  };
}

function notSearched({ since, rows }: { since: Date; rows: number }): Moment {
  const what = `about ${rows} messages in the middle of the outbox were not searched: it is that long`;
  return { at: since, part: 'outbox', what, ids: {}, waits: true };
}
