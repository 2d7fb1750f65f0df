import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { MessageRefusedError, SendFailedError } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutboxTable, DeadRows } from '../src/index.ts';
import { OutboxLag } from '../src/outbox/outbox-lag.ts';
import { OUTBOX_DEFAULTS } from '../src/outbox/outbox-options.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';
import { QueueNames } from '../src/outbox/queue-names.ts';
import { message, outboxOn, RecordingSender } from './support.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let parts: TestDatabase;
let database: Database;
let clock: FakeClock;
let sender: RecordingSender;

beforeEach(async () => {
  parts = await testDatabase('lag');
  database = parts.database;
  await createOutboxTable(database.sql, database.dialect);
  clock = new FakeClock();
  sender = new RecordingSender();
});
afterEach(() => parts.close());

const lagOf = (atMost?: number, names = new QueueNames(new OutboxStore(database))) =>
  new OutboxLag(database, names, { ...OUTBOX_DEFAULTS, clock }, atMost);

describe('what is counted as late', () => {
  test('what is stuck and what is dead is seen behind more messages for next week than are counted', async () => {
    const { outbox } = outboxOn(database, sender, { clock });
    const availableAt = new Date(clock.now().getTime() + 7 * DAY);
    const later = Array.from({ length: 20 }, () => message());
    await database.transaction((tx) => outbox.addMany(tx, 'events', later, { availableAt }));
    sender.before = (_, { body }) => {
      throw body === 'bad' ? new MessageRefusedError('InvalidMessageContents', 'no') : new SendFailedError('Down');
    };
    const since = clock.now();
    const late = ['bad', 'stuck', 'stuck'].map((body) => message({ body }));
    await database.transaction((tx) => outbox.addMany(tx, 'events', late));
    await database.transaction((tx) => outbox.add(tx, 'events', message({ body: 'stuck' }), { orderKey: 'a' }));
    await outbox.sweep();
    const lag = lagOf(10);
    for (let look = 0; look < 3; look++) {
      await clock.advance(20 * MINUTE);
      expect(await lag.read()).toEqual({ waiting: 4, dead: 1, oldest: since });
      await outbox.sweep();
    }
  });

  test('counting ends at its limit, and begins with what has waited longest', async () => {
    const { outbox } = outboxOn(database, sender, { clock });
    const since = clock.now();
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
    await clock.advance(MINUTE);
    const more = Array.from({ length: 20 }, () => message());
    await database.transaction((tx) => outbox.addMany(tx, 'events', more));
    expect(await lagOf(5).read()).toEqual({ waiting: 5, dead: 0, oldest: since });
  });

  test('a message is late from its time on', async () => {
    const { outbox } = outboxOn(database, sender, { clock });
    const availableAt = new Date(clock.now().getTime() + DAY);
    await database.transaction((tx) => outbox.add(tx, 'events', message(), { availableAt }));
    const lag = lagOf();
    expect(await lag.read()).toEqual({ waiting: 0, dead: 0, oldest: undefined });
    await clock.advance(DAY);
    expect(await lag.read()).toEqual({ waiting: 1, dead: 0, oldest: availableAt });
  });

  test('a row that was committed long after it was due is found by the next look at everything', async () => {
    const { outbox } = outboxOn(database, sender, { clock });
    const since = clock.now();
    await clock.advance(DAY);
    const names = new QueueNames(new OutboxStore(database));
    const lag = lagOf(undefined, names);
    await lag.read();
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
    await database.sql('outbox').update({ created_at: since, due_at: since });
    await names.search();
    lag.recount();
    expect(await lag.read()).toEqual({ waiting: 1, dead: 0, oldest: since });
  });
});

// SQLite chooses by the indexes alone; what MariaDB chooses depends on its estimates of a few rows.
test.skipIf(process.env.TEST_DATABASE_URL)(
  'an outbox is counted for operators without a look at its bodies',
  async () => {
    const ran: string[] = [];
    database.sql.on('query', ({ sql }: { sql: string }) => void ran.push(sql));
    await new DeadRows(database, { logger: new MemoryLogger() }).counts();
    const plans = ran
      .filter((text) => text.includes('outbox'))
      .map((text) => database.sql.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${text.replace('?', '1')}`));
    const details = (await Promise.all(plans)).flat().map(({ detail }) => detail);
    expect(details).toEqual(['SCAN outbox USING COVERING INDEX outbox_due', 'SCAN outbox']);
  },
);
