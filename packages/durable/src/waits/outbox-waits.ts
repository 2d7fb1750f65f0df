import { type Database, toDate } from '@postern/runtime';
import { lookedAt } from '../outbox/looked-at.ts';
import type { Waiting, WaitsQuery } from './waiting.ts';

interface Row {
  type: string;
  queue: string;
  dead: number | string;
  many: number | string;
  oldest: unknown;
  next: unknown;
}

/** What waits in a service's outbox. A person's messages are searched for by their text, within `lookedAt`. */
export async function outboxWaits(database: Database, { user, type }: WaitsQuery): Promise<Waiting[]> {
  const { sql } = database;
  const isDead = 'CASE WHEN due_at IS NULL THEN 1 ELSE 0 END';
  const query = sql('outbox')
    .select('type', 'queue', sql.raw(`${isDead} AS dead`), sql.raw('COUNT(*) AS many'))
    .min({ oldest: 'created_at' })
    .min({ next: 'due_at' })
    .groupBy('type', 'queue', sql.raw(isDead));
  if (type !== undefined) query.where({ type });
  const { within, passedOver } =
    user === undefined ? { within: undefined, passedOver: undefined } : await lookedAt(database);
  if (within) query.where(within).where('body', 'like', `%${user}%`);
  const rows: Row[] = await query;
  const waiting = rows.map(({ type: found, queue, dead, many, oldest, next }) => ({
    ...{ part: 'outbox', type: found, count: Number(many), oldest: toDate(oldest) as Date },
    why: Number(dead) === 1 ? 'given up by the outbox: `outbox retry`' : `to be sent to the queue ${queue}`,
    next: toDate(next) ?? undefined,
  }));
  if (!passedOver) return waiting;
  const why = 'not searched for the person: the outbox is that long';
  return [...waiting, { part: 'outbox', type: '(any)', count: passedOver.rows, oldest: passedOver.since, why }];
}
