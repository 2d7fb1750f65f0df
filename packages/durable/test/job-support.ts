import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import { z } from 'zod';
import {
  createDeliveriesTable,
  createJobTables,
  createOutboxTable,
  type EncodeJob,
  Inbox,
  JobDispatcher,
  JobRunner,
} from '../src/index.ts';
import { outboxOn, RecordingSender, type Sent } from './support.ts';

export const Count = { type: 'test.count', version: 1, schema: z.object({ n: z.number() }) };
export const Finish = { type: 'test.finish', version: 1, schema: z.object({ of: z.string() }) };

/** As plain as an encoder can be; services use envelopes. */
export const encode: EncodeJob = (job, data) => JSON.stringify(job.schema.parse(data));

export async function createDurableTables(database: Database): Promise<void> {
  await createOutboxTable(database.sql, database.dialect);
  await createDeliveriesTable(database.sql, database.dialect);
  await createJobTables(database.sql, database.dialect);
}

/** What a consumer makes of a message that was sent. */
export function received({ queue, message }: Sent, attempt = 1): ReceivedMessage {
  const { id, type, body, attributes = {} } = message;
  return { queue, id, type, body, attempt, sentAt: new Date(0), attributes, signal: new AbortController().signal };
}

/** One replica: outbox, dispatcher and runner on a database, with a clock and a sender of the test. */
export function replica(
  database: Database,
  { clock = new FakeClock(), sender = new RecordingSender() }: { clock?: FakeClock; sender?: RecordingSender } = {},
) {
  const { outbox } = outboxOn(database, sender, { clock });
  const logger = new MemoryLogger();
  const inbox = new Inbox(database, { clock });
  return {
    clock,
    sender,
    outbox,
    logger,
    jobs: new JobDispatcher(database, outbox, { encode, clock }),
    runner: new JobRunner(database, inbox, outbox, { logger, clock, attempts: 3 }),
  };
}
