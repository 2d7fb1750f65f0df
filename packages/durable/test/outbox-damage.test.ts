import { type Database, FakeClock } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { MessageRefusedError } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutboxTable } from '../src/index.ts';
import { DeadRows } from '../src/outbox/dead-rows.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';
import { message, outboxOn, RecordingSender } from './support.ts';

let parts: TestDatabase;
let database: Database;
let sender: RecordingSender;

beforeEach(async () => {
  parts = await testDatabase('damage');
  database = parts.database;
  await createOutboxTable(database.sql, database.dialect);
  sender = new RecordingSender();
});
afterEach(() => parts.close());

describe('an outbox with a part that is damaged', () => {
  test('a row that cannot be read is dead with its reason, and those claimed with it are sent', async () => {
    const clock = new FakeClock();
    const { outbox, logger } = outboxOn(database, sender, { clock });
    const cut = ['{"attributes":{"a', '[1', '{"attributes":7}', '{"attempt":"0"}'].map((headers) => ({
      ...message(),
      headers,
    }));
    const good = Array.from({ length: 20 }, () => message());
    await database.transaction((tx) =>
      outbox.addMany(tx, 'events', [...cut.map(({ headers: _, ...one }) => one), ...good]),
    );
    for (const { id, headers } of cut) await database.sql('outbox').where({ message_id: id }).update({ headers });
    await outbox.sweep();
    expect(sender.ids.toSorted()).toEqual(good.map(({ id }) => id).toSorted());
    await until(async () => (await outbox.pending()) === cut.length);
    const dead = await new DeadRows(database, { logger }).list();
    expect(dead.map(({ messageId }) => messageId)).toEqual(cut.map(({ id }) => id));
    for (const { lastError } of dead) expect(lastError).toContain('its column "headers" cannot be read');
  });

  test('a row that cannot be renewed is dead with its reason, and those claimed with it are sent', async () => {
    const renew = (body: string) => {
      if (body === 'bad') throw new Error('no such key');
      return body;
    };
    const { outbox, logger } = outboxOn(database, sender, { renew });
    const good = message();
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message({ body: 'bad' }), good]));
    await until(async () => {
      await outbox.sweep();
      return (await outbox.pending()) === 1;
    });
    expect(sender.ids).toEqual([good.id]);
    const [dead] = await new DeadRows(database, { logger }).list();
    expect(dead?.lastError).toContain('its body cannot be renewed: no such key');
  });

  test('a row is dead also where its reason has letters that the column has not, and those beside it are', async () => {
    const { outbox, logger } = outboxOn(database, sender);
    if (database.dialect === 'mysql')
      await database.sql.raw('ALTER TABLE outbox MODIFY last_error text CHARACTER SET ascii');
    sender.before = (_queue, { type }) => {
      throw new MessageRefusedError('InvalidMessageContents', `отказано: ${type}`);
    };
    const refused = ['test.one', 'test.two', 'test.three'].map((type) => message({ type }));
    await database.transaction((tx) => outbox.addMany(tx, 'events', refused));
    await outbox.sweep();
    const dead = await new DeadRows(database, { logger }).list();
    expect(dead.map(({ lastError }) => lastError?.split(': ').at(-1))).toEqual(refused.map(({ type }) => type));
  });

  test('a row whose order key was emptied is sent like any other', async () => {
    const { outbox } = outboxOn(database, sender, { clock: new FakeClock() });
    const rows = [message(), message()];
    await database.transaction((tx) => outbox.addMany(tx, 'events', rows));
    await database.sql('outbox').update({ order_key: '' });
    await outbox.sweep();
    expect(sender.ids).toEqual(rows.map(({ id }) => id));
  });

  test('what became due lately is sent where a look at everything takes too long, and the whole is looked at again', async () => {
    const clock = new FakeClock();
    const { outbox } = outboxOn(database, sender, { clock });
    const claim = OutboxStore.prototype.claim;
    OutboxStore.prototype.claim = async function (this: OutboxStore, queue, range, lease) {
      if (range.from.getTime() > 0) return claim.call(this, queue, range, lease);
      await clock.advance(10_000);
      throw new Error('max_statement_time exceeded');
    };
    try {
      await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
      await expect(outbox.sweep()).rejects.toThrow('max_statement_time');
      expect(await outbox.sweep()).toBe(1);
      await clock.advance(100_000);
      await expect(outbox.sweep()).rejects.toThrow('max_statement_time');
    } finally {
      OutboxStore.prototype.claim = claim;
    }
  });

  test('sweeping that fails for one queue while others are swept is reported once', async () => {
    const { outbox, logger } = outboxOn(database, sender, { sweepMs: 5 });
    const claim = OutboxStore.prototype.claim;
    let looks = 0;
    OutboxStore.prototype.claim = async function (this: OutboxStore, queue, ...rest) {
      if (queue !== 'broken') return claim.call(this, queue, ...rest);
      looks += 1;
      throw new Error('no such index');
    };
    try {
      await database.transaction((tx) => outbox.addMany(tx, 'broken', [message()]));
      await database.transaction((tx) => outbox.addMany(tx, 'events', [message()]));
      outbox.start();
      await until(() => looks > 5 && sender.sent.length === 1);
      expect(logger.lines.map(({ message: text }) => text)).toEqual(['the outbox cannot be swept at the moment']);
    } finally {
      OutboxStore.prototype.claim = claim;
      await outbox.stop();
    }
  });
});
