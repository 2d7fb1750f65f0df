import { ScheduleOrders } from '@postern/durable';
import { idToBytes, newId } from '@postern/runtime';
import { QueueDirectory } from '@postern/sqs';
import { MemorySqs } from '@postern/sqs/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OverviewParts, overviewPage } from '../src/console/pages/overview-page.ts';
import type { ConsoleRequest } from '../src/console/web/console-route.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';

let side: MailSide;

beforeEach(async () => {
  side = await openMailSide({ SMTP_URL: 'smtp://127.0.0.1:9?tls=off' });
});
afterEach(() => side.close());

/** The page's words, without its marks. */
async function shown(changes: Partial<OverviewParts> = {}): Promise<string> {
  const { database, logger, ledger, providers } = side;
  const client = new MemorySqs({ names: ['events', 'mail', 'jobs'], clock: side.clock });
  const parts = { database, logger, ledger, providers, orders: new ScheduleOrders(database), gateway: undefined };
  const register = { counts: async () => new Map() };
  const routes = overviewPage({
    ...parts,
    register,
    sqs: { client: client as never, queues: client.queues },
    ...changes,
  });
  const answer = await routes
    .find(({ path }) => path === '/live')
    ?.handle({ now: database.clock.now() } as ConsoleRequest);
  if (answer?.kind !== 'fragment') throw new Error('expected a fragment');
  return String(answer.body)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

const gateway = (waits: () => Promise<object[]>, schedules: object[] = [], requests: object[] = []) =>
  ({ waits, schedules: async () => schedules, requests: async () => requests }) as never as NonNullable<
    OverviewParts['gateway']
  >;

it('counts what the gateway has yet to send, which is in another database', async () => {
  const oldest = new Date(side.database.clock.now().getTime() - 60_000);
  const rows = [
    { part: 'outbox', type: 'user.registered', why: '', count: 40, oldest },
    { part: 'outbox', type: 'user.erased', why: '', count: 8, oldest: side.database.clock.now() },
  ];
  expect(await shown({ gateway: gateway(async () => rows) })).toContain(
    'Outbox 48 48 of them the gateway’s, the oldest',
  );
});

it('does not claim that all is sent while it knows nothing of the gateway', async () => {
  expect(await shown()).toContain('The worker has sent all; see gateway outbox');
  const away = gateway(() => Promise.reject(new Error('it does not listen')));
  expect(await shown({ gateway: away })).toContain('The gateway’s part is missing: it does not listen');
});

it('counts schedules of the gateway that fail among those that do', async () => {
  const schedules = [{ name: 'notes-remind', lastError: 'disk full' }, { name: 'prune-sessions' }];
  expect(await shown({ gateway: gateway(async () => [], schedules) })).toContain('Failing schedules 1');
});

it('counts the requests that the gateway failed at in the last hour, the way to them', async () => {
  const of = (failed: number) => ({ gateway: gateway(async () => [], [], Array(failed).fill({})) });
  expect(await shown(of(0))).toContain('Failed requests 0 None in an hour');
  expect(await shown(of(3))).toContain('Failed requests 3 in an hour. Review');
  expect(await shown(of(100))).toContain('Failed requests 100 or more in an hour.');
  expect(await shown()).not.toContain('Failed requests');
});

it('shows the queues that answer beside one that was deleted, and knows nothing of its dead letters', async () => {
  const client = new MemorySqs({ names: ['events', 'mail'], clock: side.clock });
  const gone = { name: 'jobs', url: 'memory:gone', deadLetterUrl: 'memory:gone-dead', fifo: false };
  const all = ['events', 'mail'].map((name) => client.queues.get(name));
  const queues = new QueueDirectory([...all, { ...gone, retentionSeconds: 345_600, maxReceiveCount: 100 }]);
  const words = await shown({ sqs: { client: client as never, queues } });
  expect(words).toContain('SQS cannot be asked: jobs: No queue at memory:gone');
  expect(words).toContain('Dead letters 0 SQS does not say');
  expect(words).toMatch(/events 0 0 0 0 mail 0 0 0 0/);
});

it('counts the dead letters that wait for a decision, whatever copies SQS keeps', async () => {
  const counts = { events: { dead: 3, acted: 0 }, mail: { dead: 0, acted: 2 } };
  const client = new MemorySqs({ names: ['events', 'mail', 'jobs'], clock: side.clock });
  for (const body of ['discarded', 'sent back']) client.deadLetters('mail').send({ body, attributes: {} });
  const words = await shown({
    register: { counts: async () => new Map(Object.entries(counts)) },
    sqs: { client: client as never, queues: client.queues },
  });
  expect(words).toContain('Dead letters 3 Review');
  expect(words).toMatch(/events 0 0 0 3 mail 0 0 0 0 jobs/);
});

it('shows which replicas are silent', async () => {
  const { sql, clock } = side.database;
  const row = { version: '1', facts: '{"queues":[],"parts":[]}', loop_lag_ms: 0, started_at: clock.now() };
  const beats = [clock.now(), new Date(clock.now().getTime() - 40_000)];
  for (const seen_at of beats) await sql('replicas').insert({ ...row, id: idToBytes(newId()), host: 'vm', seen_at });
  expect(await shown()).toContain('Replicas 1 1 silent');
});

it('shows that the database cannot be written, where all that is read looks well', async () => {
  await side.database.sql.schema.renameTable('outbox', 'other');
  await side.database.sql.raw(
    'CREATE VIEW outbox AS SELECT id, queue, created_at, due_at, 1 + attempts AS attempts FROM other',
  );
  expect(await shown()).toContain('The database cannot be written: ');
});
