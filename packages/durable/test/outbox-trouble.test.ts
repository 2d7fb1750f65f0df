import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { MessageRefusedError, SendFailedError, UnknownQueueError } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutboxTable, outboxCommands } from '../src/index.ts';
import { DeadRows } from '../src/outbox/dead-rows.ts';
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

describe('what cannot be sent', () => {
  test('a message that SQS refuses is dead at once and holds back no other', async () => {
    const clock = new FakeClock();
    const { outbox, logger, metrics } = outboxOn(database, sender, { clock });
    const bad = message();
    sender.before = (_, { id }) => {
      if (id === bad.id) throw new MessageRefusedError('InvalidMessageContents', 'character #x0 is not allowed');
    };
    const good = Array.from({ length: 20 }, () => message());
    await database.transaction((tx) => outbox.addMany(tx, 'events', [bad, ...good]));
    await outbox.sweep();
    await clock.advance(24 * 60 * MINUTE);
    await outbox.sweep();
    expect(sender.ids.toSorted()).toEqual(good.map(({ id }) => id).toSorted());
    await until(async () => (await outbox.pending()) === 1);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    // What an alert reads: whoever noticed it may be gone. It waits for nobody, so it is not a lag.
    const text = await metrics.expose();
    expect(text).toContain('outbox_dead 1');
    expect(text).toContain('outbox_oldest_seconds 0');
  });

  test('rows whose queue this replica does not know wait for a newer one, and are dead after a day without', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    sender.before = (queue) => {
      throw new UnknownQueueError(queue, ['events']);
    };
    const rows = Array.from({ length: 8 }, () => message());
    await database.transaction((tx) => outbox.addMany(tx, 'for-search', rows));
    for (let hour = 0; hour < 23; hour++) {
      await outbox.sweep();
      await clock.advance(60 * MINUTE);
    }
    expect(await outboxOn(database, new RecordingSender(), { clock }).outbox.sweep()).toBe(8);
    await database.transaction(async (tx) => {
      await outbox.add(tx, 'for-search', message());
      await outbox.add(tx, 'for-search', message(), {
        availableAt: new Date(clock.now().getTime() + 25 * 60 * MINUTE),
      });
    });
    await clock.advance(25 * 60 * MINUTE);
    await outbox.sweep();
    expect(await new DeadRows(database, { logger: new MemoryLogger(), clock }).counts()).toMatchObject({ dead: 1 });
  });

  test('a row that fails alone backs off further each time and dies after its attempts', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock, maxAttempts: 3 });
    const bad = message();
    let tries = 0;
    sender.before = (_, { id }) => {
      if (id !== bad.id) return;
      tries += 1;
      throw new SendFailedError('InternalError');
    };
    await database.transaction((tx) => outbox.addMany(tx, 'events', [bad]));
    for (let round = 0; round < 10; round++) {
      await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
      await outbox.sweep();
      await clock.advance(10 * MINUTE);
    }
    expect(tries).toBe(3);
    expect(sender.sent).toHaveLength(10);
    await until(async () => (await outbox.pending()) === 1);
  });

  test('while SQS is down every transaction succeeds, memory holds nothing, and no row is blamed', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    let tries = 0;
    let down = true;
    sender.before = () => {
      tries += 1;
      if (down) throw new SendFailedError('connect ECONNREFUSED');
    };
    const ids: string[] = [];
    for (let second = 0; second < 60; second++) {
      for (let n = 0; n < 10; n++) {
        const event = message();
        ids.push(event.id);
        await database.transaction((tx) => outbox.add(tx, 'events', event));
      }
      await outbox.sweep();
      await clock.advance(1_000);
    }
    expect(await outbox.pending()).toBe(600);
    expect(tries).toBeLessThan(250);
    expect(await database.sql('outbox').where('attempts', '>', 1).select('id')).toEqual([]);
    down = false;
    await clock.advance(20_000);
    await outbox.sweep();
    await until(async () => (await outbox.pending()) === 0);
    expect(sender.ids.toSorted()).toEqual(ids.toSorted());
  });

  test('it is reported once that a queue is down, and once that it is back', async () => {
    const clock = new FakeClock();
    const { outbox, logger } = outboxOn(database, sender, { clock });
    sender.before = () => {
      throw new SendFailedError('connect ECONNREFUSED');
    };
    await database.transaction((tx) =>
      outbox.addMany(
        tx,
        'events',
        Array.from({ length: 30 }, () => message()),
      ),
    );
    for (let round = 0; round < 10; round++) {
      await outbox.sweep();
      await clock.advance(30_000);
    }
    sender.before = () => undefined;
    expect(await outbox.sweep()).toBe(30);
    expect(logger.lines.map(({ level, message: text }) => `${level}: ${text}`)).toEqual([
      'warn: a queue accepts no messages: they wait in the outbox',
      'info: a queue accepts messages again: those that waited are being sent',
    ]);
  });

  test('a database that does not answer is reported once, and the sweeper goes on when it does', async () => {
    const { outbox, logger } = outboxOn(database, sender, { sweepMs: 5 });
    await database.sql.schema.renameTable('outbox', 'elsewhere');
    outbox.start();
    await until(() => logger.lines.length > 0);
    await database.sql.schema.renameTable('elsewhere', 'outbox');
    await until(() => logger.lines.length > 1);
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
    await until(() => sender.sent.length === 1);
    expect(outbox.stalled()).toBeUndefined();
    await outbox.stop();
    expect(logger.lines.map(({ message: text }) => text)).toEqual([
      'the outbox cannot be swept at the moment',
      'the outbox can be swept again',
    ]);
  });

  test('one queue that is down holds back no other', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    sender.before = (queue) => {
      if (queue === 'mail') throw new SendFailedError('QueueDoesNotExist');
    };
    await database.transaction(async (tx) => {
      await outbox.addMany(
        tx,
        'mail',
        Array.from({ length: 50 }, () => message()),
      );
      await outbox.addMany(tx, 'events', [message()]);
    });
    await outbox.sweep();
    await database.transaction((tx) => outbox.add(tx, 'events', message()));
    await until(() => sender.sent.length === 2);
    expect(await outbox.sweep()).toBe(0);
    await until(async () => (await outbox.pending()) === 50);
  });

  test('past what memory may hold, a row waits for the sweeper instead of a send', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock, maxInFlight: 2 });
    const gate = Promise.withResolvers<void>();
    sender.before = () => gate.promise;
    for (let n = 0; n < 5; n++) await database.transaction((tx) => outbox.add(tx, 'events', message()));
    gate.resolve();
    await until(() => sender.sent.length === 2);
    expect(await outbox.sweep()).toBe(3);
    await until(async () => (await outbox.pending()) === 0);
  });
});

describe('dead rows', () => {
  test('are reported with their reason, tried again or removed by an operator', async () => {
    const clock = new FakeClock();
    const { outbox, logger } = outboxOn(database, sender, { clock });
    sender.before = () => {
      throw new MessageRefusedError('InvalidMessageContents', 'character #x0 is not allowed');
    };
    const [first, second] = [message(), message()];
    await database.transaction((tx) => outbox.addMany(tx, 'events', [first, second]));
    await outbox.sweep();
    const deadRows = new DeadRows(database, { logger, clock });
    const run = (...args: string[]) =>
      runCommands(
        outboxCommands((work) => work(deadRows)),
        'outbox',
        ...args,
      );
    expect(await run()).toMatchObject({ code: 0, out: '2 messages not sent, 2 of them dead: see outbox dead' });
    const counts = JSON.parse((await run('--json')).out);
    expect(counts).toEqual({ pending: 2, dead: 2, oldest: clock.now().toISOString() });
    expect(await run('dead')).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`${first.id} .* character #x0 is not allowed`)),
    });
    sender.before = () => undefined;
    const [row] = (await deadRows.list()).map((dead) => String(dead.row));
    expect(await run('retry', row ?? '', '--by', 'ada')).toMatchObject({ code: 0, out: '1 will be tried again' });
    expect(await outbox.sweep()).toBe(1);
    expect(sender.ids).toEqual([first.id]);
    const [other] = (await deadRows.list()).map((dead) => String(dead.row));
    expect(await run('remove', other ?? '')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('add --yes'),
    });
    expect(await run('remove', other ?? '', '--yes')).toMatchObject({ code: 0, out: '1 removed' });
    expect(await outbox.pending()).toBe(0);
    expect(logger.lines.filter(({ fields }) => fields.by === 'ada')).toHaveLength(1);
    expect(await run('retry', 'x')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('"x" is not a row: `outbox dead` lists them'),
    });
  });

  test('a failure that comes late does not free a row that another replica has by now', async () => {
    const clock = new FakeClock();
    const gate = Promise.withResolvers<void>();
    const slow = new RecordingSender();
    slow.before = async () => {
      await gate.promise;
      throw new SendFailedError('timed out');
    };
    const { outbox: first } = outboxOn(database, slow, { clock });
    await database.transaction((tx) => first.add(tx, 'events', message()));
    await clock.advance(11_000);
    const stuck = new RecordingSender();
    stuck.before = () => new Promise(() => undefined);
    const { outbox: second } = outboxOn(database, stuck, { clock });
    void second.sweep();
    await until(() => second.inFlight === 1);
    gate.resolve();
    await until(() => first.inFlight === 0);
    const { outbox: third } = outboxOn(database, sender, { clock });
    expect(await third.sweep()).toBe(0);
  });
});

describe('memory', () => {
  test('bodies of a mebibyte are stored and claimed a few at a time', async () => {
    const { outbox } = outboxOn(database, sender);
    const before: number[] = [];
    sender.before = () => void before.push(outbox.inFlight);
    const events = Array.from({ length: 20 }, () => message({ body: 'x'.repeat(1_000_000) }));
    await database.transaction((tx) => outbox.addMany(tx, 'events', events));
    expect(await outbox.sweep()).toBe(20);
    expect(Math.max(...before)).toBeLessThanOrEqual(8);
    expect(await outbox.pending()).toBe(0);
  });

  test('a queue whose sends never end holds back no other, nor the end of the process', async () => {
    sender.before = (queue) => (queue === 'stuck' ? new Promise(() => undefined) : undefined);
    const { outbox } = outboxOn(database, sender, { sweepMs: 5, stopMs: 50 });
    outbox.start();
    await database.transaction((tx) => outbox.addMany(tx, 'stuck', [message()]));
    await until(() => outbox.inFlight === 1);
    for (let n = 1; n <= 3; n++) {
      await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
      await until(() => sender.sent.length === n);
    }
    expect(await outbox.stop()).toEqual({ left: 1 });
  });
});

describe('stop', () => {
  test('gives back what could not be sent, so that another replica need not wait for the lease', async () => {
    const clock = new FakeClock();
    const stuck = new RecordingSender();
    stuck.before = () => new Promise(() => undefined);
    const { outbox: first } = outboxOn(database, stuck, { clock, stopMs: 20 });
    const event = message();
    await database.transaction((tx) => first.add(tx, 'events', event));
    expect(await first.stop()).toEqual({ left: 1 });
    const { outbox } = outboxOn(database, sender, { clock });
    expect(await outbox.sweep()).toBe(1);
    expect(sender.ids).toEqual([event.id]);
  });
});
