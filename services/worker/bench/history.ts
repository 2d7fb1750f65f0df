import { benchOptions, measured, testDatabase } from '@postern/runtime/testing';
import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import { migrations } from '../migrations/index.ts';
import { queueCharts } from '../src/console/pages/queue-charts.ts';
import { type QueueCounts, QueueHistory } from '../src/history/queue-history.ts';

benchOptions(
  "What the history of the queues costs, on the server of TEST_DATABASE_URL or on SQLite: a replica's write a minute, a full table, and its charts.",
  {},
);

const QUEUES = ['events', 'mail', 'jobs', 'provider-events'];
const MINUTES = 420;
const QUARTERS = 768;

const test = await testDatabase('history');
await test.database.migrate(migrations);
const history = new QueueHistory(test.database);
const counts = (n: number): QueueCounts[] =>
  QUEUES.map((queue) => ({
    ...{ queue, done: n, failed: 1, dead: 0, waiting: n, paused: false },
    ...{ times: [...TIME_BOUNDS.map(() => n), 1], waits: [...WAIT_BOUNDS.map(() => n), 1] },
  }));
const now = Math.floor(test.database.clock.now().getTime() / 60_000) * 60;

async function report(what: string, count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  const { cpuUs, perSecond } = await measured(count, 1, work);
  const [ms, cpuMs] = [1_000 / perSecond, cpuUs / 1_000];
  console.log(`${what}: ${ms.toFixed(2)} ms, ${cpuMs.toFixed(2)} ms of this process's CPU`);
}

await report('a write of new rows', QUARTERS, (n) => history.add(now - n * 900, counts(n)));
await report('a write of new rows', MINUTES, (n) => history.add(now - n * 60, counts(n)));
await report('a write to rows that are there', 200, () => history.add(now, counts(1)));
await report('when each queue was last empty', 50, () => history.lastEmpty());
for (const range of ['1h', '6h', '7d'] as const) {
  const { charts, figures } = await queueCharts(history, 'events', range, test.database.clock.now());
  const bytes = String(charts).length + String(figures).length;
  await report(`charts of ${range} (${Math.round(bytes / 1_024)} KB)`, 50, () =>
    queueCharts(history, 'events', range, test.database.clock.now()),
  );
}
const [total] = await test.database.sql('queue_history').count({ rows: '*' });
console.log(`rows: ${total?.rows}`);
await test.close();
