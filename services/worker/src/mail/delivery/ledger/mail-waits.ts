import type { Waiting, WaitsQuery } from '@postern/durable';
import { type Database, idToBytes, toDate } from '@postern/runtime';
import { type MailState, PENDING } from './states.ts';

const WHY: Partial<Record<MailState, string>> = {
  queued: 'for its turn: a limit, a free connection, or a provider that works',
  sending: 'for its provider’s answer',
  deferred: 'for its next try',
  unknown: 'for a report: nobody knows whether its provider has it',
};

interface Row {
  mail: string;
  state: MailState;
  many: number | string;
  oldest: unknown;
  next: unknown;
}

/** Mails that somebody still has to look at, by name and state. */
export async function mailWaits({ sql }: Database, { user, type }: WaitsQuery): Promise<Waiting[]> {
  const query = sql('mails')
    .whereNotNull('due_at')
    .whereIn('state', PENDING)
    .select('mail', 'state', sql.raw('COUNT(*) AS many'))
    .min({ oldest: 'created_at' })
    .min({ next: 'due_at' })
    .groupBy('mail', 'state');
  if (user !== undefined) query.where({ user_id: idToBytes(user) });
  if (type !== undefined) query.where({ mail: type });
  const rows = (await query) as Row[];
  return rows.map(({ mail, state, many, oldest, next }) => ({
    ...{ part: 'mail', type: mail, count: Number(many), oldest: toDate(oldest) as Date },
    why: `${state}: ${WHY[state] ?? 'for a worker'}`,
    next: toDate(next) ?? undefined,
  }));
}
