import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testDatabase, until } from '@postern/runtime/testing';
import { fromWire, openQueues, SqsSender, toSqsApi, unpackFrame, WIRE } from '@postern/sqs';
import { testSqs } from '@postern/sqs/testing';
import { expect, test } from 'vitest';
import { createDurableTables } from './job-support.ts';
import { outboxOn } from './support.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

test('processes that are killed in the middle of it lose nothing that they committed, and publish nothing else', async () => {
  const [parts, sqs] = await Promise.all([testDatabase('kill'), testSqs()]);
  const { database } = parts;
  await createDurableTables(database);
  await database.sql.schema.createTable('effects', (table) => table.string('name', 40));
  const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
  const committed = async () => (await database.sql('effects').select('name')).map(({ name }) => String(name));

  let enough = 0;
  for (let life = 0; life < 3; life++) {
    const child = fork(CHILD, [parts.url, sqs.endpoint, sqs.prefix], { execArgv: [] });
    await once(child, 'message');
    enough = (await committed()).length + 20;
    await until(async () => (await committed()).length >= enough);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  // The one replica that is left, some time later.
  const sender = new SqsSender(sqs.client, queues);
  const { outbox } = outboxOn(database, sender, { leaseMs: 500, sweepMs: 50 });
  outbox.start();
  const api = toSqsApi(sqs.client);
  const published = new Set<string>();
  const read = async () => {
    for (;;) {
      const messages = await api.receive(queues.get('events').url, { max: 10, waitSeconds: 0, visibilitySeconds: 600 });
      if (messages.length === 0) return;
      for (const { Body = '', MessageAttributes } of messages) {
        const { [WIRE.id]: id = '', [WIRE.encoding]: encoding } = fromWire(MessageAttributes);
        const ids = encoding === 'json' ? [id] : unpackFrame(Body).map((entry) => entry.id);
        for (const each of ids) published.add(each);
      }
    }
  };
  // The last COMMIT of a process that was killed may be under way in the server for a moment yet.
  await until(async () => {
    await read();
    return (await committed()).every((id) => published.has(id)) && (await outbox.pending()) === 0;
  });
  await outbox.stop();
  await sender.close();
  expect([...published].toSorted()).toEqual((await committed()).toSorted());
  expect(published.size).toBeGreaterThanOrEqual(enough);
  await Promise.all([parts.close(), sqs.close()]);
});
