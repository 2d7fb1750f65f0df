import { type Database, FakeClock } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { SqsSender, WIRE } from '@postern/sqs';
import { MemorySqs } from '@postern/sqs/testing';
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

/** An SQS that answers only when it is let. */
class SlowSqs extends MemorySqs {
  readonly answer = Promise.withResolvers<void>();
  override async sendBatch(url: string, entries: Parameters<MemorySqs['sendBatch']>[1]) {
    const outcome = await super.sendBatch(url, entries);
    await this.answer.promise;
    return outcome;
  }
}

/** A replica whose sender has one request under way, with ten messages, and twenty more that wait behind it. */
async function backlogOf30(clock: FakeClock, { stopMs = 5_000, txMs = 0 } = {}) {
  const sqs = new SlowSqs({ names: ['events'], clock });
  const slow = new SqsSender(sqs, sqs.queues, { clock, frames: false, maxConcurrent: 1 });
  const { outbox } = outboxOn(database, slow, { clock, stopMs });
  const events = Array.from({ length: 30 }, () => message());
  await database.transaction(async (tx) => {
    for (const event of events) await outbox.add(tx, 'events', event);
    await clock.advance(txMs);
  });
  await until(() => sqs.calls.send === 1);
  const rest = async () => {
    sqs.answer.resolve();
    await slow.close();
    return sqs.queue('events').contents.length;
  };
  return { outbox, ids: events.map(({ id }) => id).toSorted(), sqs, slow, rest };
}

describe('a queue that is slower than the leases', () => {
  test("gets twice only what was in a request when the lease ended: what waited behind it is the next replica's", async () => {
    const clock = new FakeClock();
    const { ids, rest } = await backlogOf30(clock);
    await clock.advance(10_000);
    expect(await outboxOn(database, sender, { clock }).outbox.sweep()).toBe(30);
    expect(await rest()).toBe(10);
    expect(sender.ids.toSorted()).toEqual(ids);
  });

  test('gets what waits again as soon as the lease has ended, however long the transaction took that stored it', async () => {
    const clock = new FakeClock();
    const { outbox, sqs, slow } = await backlogOf30(clock, { txMs: 500 });
    await clock.advance(9_500);
    await outbox.sweep();
    sqs.answer.resolve();
    await until(() => slow.pending === 0);
    // What a queue could not take within a lease is tried a little later.
    await clock.advance(2_000);
    await outbox.sweep();
    const { contents } = sqs.queue('events');
    expect(new Set(contents.map(({ attributes }) => attributes?.[WIRE.id])).size).toBe(30);
  });

  test('gets nothing of a lease that is nearly over: who would remove the row might be too late', async () => {
    const clock = new FakeClock();
    const { rest } = await backlogOf30(clock);
    await clock.advance(9_000);
    expect(await rest()).toBe(10);
  });

  test('gets what waited in a replica that stops from the other, and not from both', async () => {
    const clock = new FakeClock();
    const { outbox, ids, rest } = await backlogOf30(clock, { stopMs: 1.5 });
    expect(await outbox.stop()).toEqual({ left: 30 });
    await outboxOn(database, sender, { clock }).outbox.sweep();
    expect(sender.ids.toSorted()).toEqual(ids);
    expect(await rest()).toBe(10);
  });
});

describe('a database that takes longer for a claim than a lease lasts', () => {
  test('has what was claimed sent: a lease counts from the statement that takes it', async () => {
    const clock = new FakeClock();
    const slow = database.transaction.bind(database);
    database.transaction = async (work) => {
      await clock.advance(10_000);
      return slow(work);
    };
    const { outbox } = outboxOn(database, sender, { clock });
    await database.transaction((tx) => outbox.addMany(tx, 'events', [message(), message()]));
    expect(await outbox.sweep()).toBe(2);
  });
});
