import type { Waiting, WaitsQuery } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { mailWaits } from '../mail/delivery/ledger/mail-waits.ts';
import { jobWaits } from './job-waits.ts';

/** What of the worker waits besides its outbox. */
export async function workerWaits(database: Database, query: WaitsQuery): Promise<Waiting[]> {
  return (await Promise.all([mailWaits(database, query), jobWaits(database, query)])).flat();
}
