import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Outbox } from '@postern/durable';
import { defineSubscriber, EnvelopeWriter, GATEWAY, UserErased } from '@postern/events';
import { MemoryLogger, Metrics, newId } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { openQueues } from '@postern/sqs';
import { afterEach, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { EventPublisher } from '../src/outbox/event-publisher.ts';
import { QueueLinks } from '../src/outbox/queue-links.ts';
import { renewWaiting } from '../src/outbox/renew-waiting.ts';
import { EventWatch } from './accounts/event-watch.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A gateway's outbox with two other teams, of whose queues only that of billing is there. */
async function outboxWithTeams() {
  const worker = await EventWatch.start();
  ends.push(() => worker.close());
  const { database, close } = await testDatabase('fan-out', migrations);
  ends.push(close);
  const { client, prefix } = worker.sqs;
  await openQueues(client, { prefix, names: ['for-billing'], create: true });
  const [logger, metrics] = [new MemoryLogger(), new Metrics({ defaults: false })];
  const teams = ['billing', 'search'].map((name) => defineSubscriber(name, [UserErased]));
  const links = new QueueLinks({ client, prefix, create: false, logger, clock: database.clock }, teams);
  void links.open();
  const writer = new EnvelopeWriter(GATEWAY, worker.keys);
  const renew = renewWaiting(writer, database.clock);
  const outbox = new Outbox(database, links, { logger, metrics, renew, queueCeilingMs: 1_000 });
  outbox.start();
  ends.push(
    () => links.close(),
    () => outbox.stop(),
  );
  const publisher = new EventPublisher(outbox, writer, database.clock, teams);
  const erase = (ids: readonly string[]) =>
    database.transaction(async (tx) => {
      for (const user_id of ids) {
        await publisher.dispatch(tx, UserErased, {
          user_id,
          email: 'ann@example.com',
          first_name: 'Ann',
          locale: 'en',
        });
      }
    });
  return { worker, outbox, client, prefix, erase };
}

/** What somebody reads who has nothing but AWS's client: the bodies, parsed. */
async function readPlain(client: SQSClient, name: string, count: number): Promise<Record<string, unknown>[]> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  const bodies = new Map<unknown, Record<string, unknown>>();
  while (bodies.size < count) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      const body = JSON.parse(Body);
      bodies.set(body.id, body);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return [...bodies.values()];
}

it("another team reads its events as plain JSON, a backlog of them too, and the worker has all of its own; one team's missing queue holds up nobody else", async () => {
  const { worker, outbox, client, prefix, erase } = await outboxWithTeams();
  const ids = Array.from({ length: 60 }, () => newId());
  await erase(ids);

  const read = await readPlain(client, `${prefix}for-billing`, ids.length);
  expect(read.map(({ data }) => data)).toEqual(expect.arrayContaining(ids.map((user_id) => ({ user_id }))));
  expect(read[0]).toMatchObject({ specversion: '1.0', source: GATEWAY, type: 'user.erased', dataversion: 1 });
  await expect.poll(() => worker.all(UserErased).length).toBe(ids.length);
  await expect.poll(() => outbox.pending()).toBe(ids.length);

  await openQueues(client, { prefix, names: ['for-search'], create: true });
  const late = await readPlain(client, `${prefix}for-search`, ids.length);
  expect([...read, ...late].filter((copy) => 'mac' in copy)).toEqual([]);
  await expect.poll(() => outbox.pending()).toBe(0);
});
