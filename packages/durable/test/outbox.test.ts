import { type Database, FakeClock } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { MessageRefusedError, SendFailedError } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutboxTable } from '../src/index.ts';
import { message, outboxOn, RecordingSender } from './support.ts';

let parts: TestDatabase;
let database: Database;
let sender: RecordingSender;

beforeEach(async () => {
  parts = await testDatabase('outbox');
  database = parts.database;
  await createOutboxTable(database.sql, database.dialect);
  sender = new RecordingSender();
});
afterEach(() => parts.close());

const MINUTE = 60_000;

describe('the hot path', () => {
  test('hands a message to SQS after COMMIT, without a sweep, and deletes its row', async () => {
    const { outbox } = outboxOn(database, sender);
    const event = message({ traceparent: 't', groupId: 'g', attributes: { a: '1' } });
    await database.transaction((tx) => outbox.add(tx, 'events', event));
    await until(async () => (await outbox.pending()) === 0);
    expect(sender.sent).toEqual([{ queue: 'events', message: event }]);
  });

  test('sends nothing before COMMIT and nothing after a ROLLBACK', async () => {
    const { outbox } = outboxOn(database, sender);
    const failed = database.transaction(async (tx) => {
      await outbox.add(tx, 'events', message());
      expect(sender.sent).toEqual([]);
      throw new Error('the insert after it failed');
    });
    await expect(failed).rejects.toThrow('the insert after it failed');
    expect(await outbox.pending()).toBe(0);
    expect(await outbox.sweep()).toBe(0);
    expect(sender.sent).toEqual([]);
  });

  test('sends what waited for a sweep as it is to be sent now, and what did not wait as it was given', async () => {
    const { outbox } = outboxOn(database, sender, { renew: (body) => `${body}, renewed` });
    await database.transaction((tx) => outbox.add(tx, 'events', message({ body: 'hot' })));
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message({ body: 'kept' })]));
    await outbox.sweep();
    expect(sender.sent.map((sent) => sent.message.body).sort()).toEqual(['hot', 'kept, renewed']);
  });

  test('deletes many rows with few statements', async () => {
    const { outbox } = outboxOn(database, sender, { deleteLingerMs: 50 });
    const deletes: string[] = [];
    database.sql.on('query', ({ sql }: { sql: string }) => {
      if (/^delete/i.test(sql)) deletes.push(sql);
    });
    await database.transaction(async (tx) => {
      for (let n = 0; n < 200; n++) await outbox.add(tx, 'events', message());
    });
    await until(async () => (await outbox.pending()) === 0);
    expect(sender.sent).toHaveLength(200);
    expect(deletes.length).toBeLessThanOrEqual(2);
  });

  test('refuses a body that SQS would refuse, and reports what to do', async () => {
    const { outbox } = outboxOn(database, sender);
    const adding = database.transaction((tx) => outbox.add(tx, 'events', message({ body: 'x'.repeat(1_048_577) })));
    await expect(adding).rejects.toThrow(/body of 1048577 bytes .* store the data elsewhere/);
    const laden = message({ attributes: { note: 'ü'.repeat(40_000) } });
    const over = database.transaction((tx) => outbox.add(tx, 'events', laden));
    await expect(over).rejects.toThrow(/attributes of 80\d{3} bytes .* put the data into its body/);
    const nameless = database.transaction((tx) => outbox.add(tx, '', message()));
    await expect(nameless).rejects.toThrow('queue must have 1 to 80 characters, not 0');
  });
});

describe('the sweeper', () => {
  test('sends what a dead replica left, once its lease has run out', async () => {
    const clock = new FakeClock();
    const dead = new RecordingSender();
    dead.before = () => new Promise(() => undefined);
    const event = message();
    await database.transaction((tx) => outboxOn(database, dead, { clock }).outbox.add(tx, 'events', event));
    const { outbox } = outboxOn(database, sender, { clock });
    expect(await outbox.sweep()).toBe(0);
    await clock.advance(11_000);
    expect(await outbox.sweep()).toBe(1);
    await until(async () => (await outbox.pending()) === 0);
    expect(sender.ids).toEqual([event.id]);
  });

  test('shares rows among replicas: each is sent by one', async () => {
    const clock = new FakeClock();
    const { outbox: writer } = outboxOn(database, sender, { clock });
    const events = Array.from({ length: 300 }, () => message());
    await database.transaction((tx) => writer.addMany(tx, 'events', events));
    const replicas = Array.from({ length: 4 }, () => outboxOn(database, sender, { clock, sweepBatch: 20 }).outbox);
    await Promise.all(replicas.map((outbox) => outbox.sweep()));
    expect(sender.ids.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
    await until(async () => (await writer.pending()) === 0);
  });

  test.skipIf(!process.env.TEST_DATABASE_URL)(
    'passes by what others hold at the moment, and goes on behind it',
    async () => {
      const { outbox } = outboxOn(database, sender, { clock: new FakeClock(), sweepBatch: 3 });
      const events = Array.from({ length: 8 }, () => message());
      await database.transaction((tx) => outbox.addMany(tx, 'events', events));
      await database.transaction(async ({ sql }) => {
        await sql('outbox').orderBy('id').limit(6).forUpdate().select('id');
        await outbox.sweep();
      });
      expect(sender.ids).toEqual(events.slice(6).map(({ id }) => id));
    },
  );

  test('finds a row whose transaction committed long after its lease was over', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    await outbox.sweep();
    const event = message();
    await database.transaction(async (tx) => {
      await outbox.add(tx, 'events', event);
      // Sweeps of an hour pass while the transaction is open.
      await clock.advance(60 * MINUTE);
    });
    await outbox.sweep();
    await until(async () => (await outbox.pending()) === 0);
    expect(sender.ids).toEqual([event.id]);
  });

  test('keeps a message that is far off in its row until its time, whoever lives then', async () => {
    const clock = new FakeClock();
    const availableAt = new Date(clock.now().getTime() + 48 * 60 * MINUTE);
    const { outbox: first } = outboxOn(database, sender, { clock });
    await database.transaction((tx) => first.add(tx, 'jobs', message(), { availableAt }));
    const { outbox } = outboxOn(database, sender, { clock });
    await clock.advance(47 * 60 * MINUTE);
    expect(await outbox.sweep()).toBe(0);
    await clock.advance(60 * MINUTE);
    expect(await outbox.sweep()).toBe(1);
    expect(sender.sent[0]?.message.delayMs).toBeUndefined();
  });

  test('lets SQS delay a message that is near, by what is left when it is sent', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    await database.transaction((tx) => outbox.add(tx, 'jobs', message({ delayMs: 10 * MINUTE })));
    await until(() => sender.sent.length === 1);
    expect(sender.sent[0]?.message.delayMs).toBe(10 * MINUTE);
    await until(async () => (await outbox.pending()) === 0);

    await database.transaction((tx) => outbox.addMany(tx, 'jobs', [message({ delayMs: 10 * MINUTE })]));
    await clock.advance(4 * MINUTE);
    await outbox.sweep();
    expect(sender.sent[1]?.message.delayMs).toBe(6 * MINUTE);
  });

  test('runs by itself between start and stop', async () => {
    const { outbox } = outboxOn(database, sender, { sweepMs: 10 });
    outbox.start();
    const events = [message(), message()];
    await database.transaction((tx) => outbox.addMany(tx, 'events', events));
    await until(() => sender.sent.length === 2);
    expect(await outbox.stop()).toEqual({ left: 0 });
    expect(await outbox.pending()).toBe(0);
  });
});

describe('order', () => {
  test('messages of one key are sent in their order, even when one of them fails first', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    const events = Array.from({ length: 6 }, (_, n) => message({ body: `${n}`, groupId: 'user-1' }));
    let failures = 2;
    sender.before = (_, { body }) => {
      if (body === '2' && failures-- > 0) throw new SendFailedError('InternalError');
    };
    for (const event of events) {
      await database.transaction((tx) => outbox.add(tx, 'events.fifo', event, { orderKey: 'user-1' }));
      await outbox.sweep();
    }
    expect(sender.sent.map(({ message: { body } }) => body)).toEqual(['0', '1']);
    for (let round = 0; round < 4; round++) {
      await clock.advance(MINUTE);
      await outbox.sweep();
    }
    expect(sender.ids).toEqual(events.map(({ id }) => id));
  });

  test('replicas that sweep side by side keep the order of each key', async () => {
    const replicas = Array.from({ length: 3 }, () => outboxOn(database, sender, { sweepMs: 5 }).outbox);
    for (const outbox of replicas) outbox.start();
    for (let n = 0; n < 10; n++) {
      for (const key of ['a', 'b', 'A']) {
        const outbox = replicas[n % 3] as (typeof replicas)[0];
        await database.transaction((tx) =>
          outbox.add(tx, 'q', message({ body: `${n}`, groupId: key }), { orderKey: key }),
        );
      }
    }
    await until(() => sender.sent.length === 30);
    for (const outbox of replicas) await outbox.stop();
    for (const key of ['a', 'b', 'A']) {
      const bodies = sender.sent.filter(({ message: m }) => m.groupId === key).map(({ message: { body } }) => body);
      expect(bodies).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    }
  });

  test('a key whose first message is dead waits, and no other key with it', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    sender.before = (_, { body }) => {
      if (body === 'bad') throw new MessageRefusedError('InvalidMessageContents', 'no');
    };
    await database.transaction(async (tx) => {
      await outbox.add(tx, 'q', message({ body: 'bad' }), { orderKey: 'a' });
      await outbox.add(tx, 'q', message({ body: 'after bad' }), { orderKey: 'a' });
      await outbox.add(tx, 'q', message({ body: 'other' }), { orderKey: 'b' });
    });
    await outbox.sweep();
    await clock.advance(60 * MINUTE);
    await outbox.sweep();
    expect(sender.sent.map(({ message: { body } }) => body)).toEqual(['other']);
  });

  test('a key that always has a next message holds up no key behind it, however many wait between them', async () => {
    const { outbox } = outboxOn(database, sender);
    const busy = () => database.transaction((tx) => outbox.add(tx, 'q', message({ body: 'busy' }), { orderKey: 'a' }));
    let more = 5;
    sender.before = async (_, { body }) => {
      if (body === 'busy' && more-- > 0) await busy();
    };
    await busy();
    await database.transaction(async (tx) => {
      for (let n = 0; n < 500; n++) {
        const availableAt = new Date(Date.now() + 60 * MINUTE);
        await outbox.add(tx, 'q', message({ body: 'later' }), { orderKey: `b${n}`, availableAt });
      }
      await outbox.add(tx, 'q', message({ body: 'behind' }), { orderKey: 'c' });
    });
    await outbox.sweep();
    const bodies = sender.sent.map(({ message: { body } }) => body);
    expect(bodies).toEqual(['busy', 'behind', ...new Array(5).fill('busy')]);
  });
});

test('metrics report what is pending and how long publishing took', async () => {
  const { outbox, metrics } = outboxOn(database, sender);
  await database.transaction((tx) => outbox.add(tx, 'events', message()));
  await until(async () => (await outbox.pending()) === 0);
  // A message whose time has not come is not a lag; one that nobody sends is.
  const later = { availableAt: new Date(Date.now() + 3_600_000) };
  await database.transaction((tx) => outbox.add(tx, 'events', message(), later));
  expect(await metrics.expose()).toContain('outbox_pending 0');
  expect(await outbox.pending()).toBe(1);
  const stuck = new RecordingSender();
  stuck.before = () => new Promise(() => undefined);
  await database.transaction((tx) => outboxOn(database, stuck).outbox.add(tx, 'events', message()));
  const text = await metrics.expose();
  expect(text).toContain('outbox_pending 1');
  expect(text).toMatch(/^outbox_oldest_seconds [0-9.e-]+$/m);
  expect(text).toContain('outbox_publish_latency_seconds_count{queue="events"} 1');
  expect(text).toContain('outbox_messages_total{queue="events",outcome="sent"} 1');
});
