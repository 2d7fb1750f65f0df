import type { Moment, TracedId } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { letterTrace } from './dead-letters/letter-trace.ts';
import { mailTrace } from './mail/delivery/ledger/mail-trace.ts';

/** What the worker's tables know of an id, besides its outbox. */
export async function workerTrace(database: Database, id: TracedId): Promise<Moment[]> {
  return (await Promise.all([mailTrace(database, id), letterTrace(database, id)])).flat();
}
