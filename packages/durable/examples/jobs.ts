/** Jobs that are unique, that follow one another (a chain), and that end together (a batch). They run in sync mode: no queue is needed. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  call,
  createDeliveriesTable,
  createJobTables,
  createOutboxTable,
  Inbox,
  JobDispatcher,
  JobRunner,
  Outbox,
} from '@postern/durable';
import { MemoryLogger, Metrics } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { SyncSender } from '@postern/sqs/testing';
import { z } from 'zod';

const SayHello = { type: 'hello.say', version: 1, schema: z.object({ to: z.string() }) };

const { database, close } = await testDatabase('jobs_example');
await createOutboxTable(database.sql, database.dialect);
await createDeliveriesTable(database.sql, database.dialect);
await createJobTables(database.sql, database.dialect);

const logger = new MemoryLogger();
const sender = new SyncSender({
  handlers: {
    jobs: async (message) => {
      await runner.run(message, async () => console.log(`hello, ${JSON.parse(message.body).to}`));
    },
  },
});
const outbox = new Outbox(database, sender, { logger, metrics: new Metrics({ defaults: false }) });
const runner = new JobRunner(database, new Inbox(database), outbox, { logger });
const jobs = new JobDispatcher(database, outbox, { encode: (job, data) => JSON.stringify(job.schema.parse(data)) });

outbox.start();

async function untilDone(): Promise<void> {
  while ((await outbox.pending()) > 0) await delay(20);
}

const unique = { key: 'hello/world' };
const first = await jobs.dispatch(SayHello, { to: 'world' }, { delayMs: 100, unique });
const second = await jobs.dispatch(SayHello, { to: 'world' }, { unique });
console.log(`the second one was dispatched: ${second.dispatched}; it is the first: ${second.id === first.id}`);
await untilDone();

const to = (name: string) => call(SayHello, { to: name });
await jobs.chain('one after another', [to('one'), to('two'), to('three')]);
await untilDone();

const batch = await jobs.batch('together', [to('you'), to('you')], { onDone: to('everybody') });
await untilDone();
const { state, done, total } = (await runner.progress(batch)) ?? {};
console.log(`the batch is ${state}: ${done} of ${total}`);

await outbox.stop();
await close();

// Prints:
// the second one was dispatched: false; it is the first: true
// hello, world
// hello, one
// hello, two
// hello, three
// hello, you
// hello, you
// hello, everybody
// the batch is done: 2 of 2
