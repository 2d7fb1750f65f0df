import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserRegistered } from '@postern/events';
import { newId } from '@postern/runtime';
import { runCommands, until } from '@postern/runtime/testing';
import { openQueues, toSqsApi, WIRE } from '@postern/sqs';
import { type Allows, sqsByRights } from '@postern/sqs/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { operationsCommands } from '../src/commands/operations-commands.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess } from './support/worker-process.ts';

const POLICIES = join(import.meta.dirname, '../../aws/policies');
const QUEUES = ['events', 'mail', 'jobs', 'provider-events'];

let parts: WorkerParts;
let smtp: ScriptedSmtp;
let worker: WorkerProcess | undefined;

beforeEach(async () => {
  parts = await openWorkerParts();
  await openQueues(parts.sqs.client, { prefix: parts.sqs.prefix, names: QUEUES, create: true });
  smtp = await ScriptedSmtp.start();
});
afterEach(async () => {
  await worker?.kill();
  await smtp.close();
  await parts.close();
});

/** The rights that a role of AWS has by one of our policies. */
function rightsOf(name: string): Allows {
  const text = readFileSync(join(POLICIES, `${name}.json`), 'utf8').replaceAll(/\$\{prefix\}/g, parts.sqs.prefix);
  const { Statement } = JSON.parse(text) as { Statement: { Action: string[]; Resource: string[] }[] };
  const names = (resource: string, queue: string) => {
    const own = resource.split(':').at(-1) ?? '';
    return own.endsWith('*') ? queue.startsWith(own.slice(0, -1)) : queue === own;
  };
  return (action, queue) =>
    Statement.some(
      ({ Action, Resource }) => Action.includes(`sqs:${action}`) && Resource.some((each) => names(each, queue)),
    );
}

/** Sends back all letters of `mail`, and resolves when a replica has acted on one. */
async function sendBack(refused: ReadonlySet<string>): Promise<void> {
  const commands = operationsCommands((work) => work({ database: parts.test.database }));
  const words = ['operations', 'retry', 'mail', '--all', '--by', 'kim', '--json'];
  const { id } = JSON.parse((await runCommands(commands, ...words)).out) as { id: string };
  const done = async () => {
    const { out } = await runCommands(commands, 'operations', 'show', id, '--json');
    return (JSON.parse(out) as { done: number }).done > 0;
  };
  await until(async () => refused.size > 0 || (await done()));
}

it('a worker with the rights of its policy receives, sends on, waits, gives up and sends back, and is refused nothing', async () => {
  await using sqs = await sqsByRights(parts.sqs.endpoint, rightsOf('worker'));
  const env = { SQS_ENDPOINT: sqs.url, SMTP_URL: smtp.url(''), WORKER_QUEUES: QUEUES.join(',') };
  worker = new WorkerProcess({ ...parts.env, ...env });
  const { ops } = await worker.ready;

  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const link = { token_id: newId(), expires_at };
  const person = { user_id: newId(), email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
  await parts.publish(UserRegistered, { ...person, ...link });
  await until(() => smtp.accepted.length === 1 || sqs.refused.size > 0);

  await parts.order({ mail: 'no-such-mail' });
  const { sql } = parts.test.database;
  const dead = () => sql('dead_letters').where({ queue: 'mail', state: 'dead' }).first();
  await until(async () => (await dead()) !== undefined || sqs.refused.size > 0);
  await sendBack(sqs.refused);
  await fetch(`http://127.0.0.1:${ops}/metrics`);

  const queue = (name: string) => `${parts.sqs.prefix}${name}`;
  const calls = [
    ...['events', 'mail', 'mail-dead'].flatMap((it) => [`ReceiveMessage ${queue(it)}`, `DeleteMessage ${queue(it)}`]),
    ...['mail', 'mail-dead'].map((it) => `SendMessage ${queue(it)}`),
  ];
  // A letter that was sent back is deleted by a pass that follows.
  await until(() => calls.every((call) => sqs.made.has(call)) || sqs.refused.size > 0);
  expect([...sqs.refused]).toEqual([]);
});

it('the rights of an operator are all that it takes to count the dead letters of every queue and send one back, in JSON without a line of the log', async () => {
  await using sqs = await sqsByRights(parts.sqs.endpoint, rightsOf('operator'));
  const { client, prefix } = parts.sqs;
  const [queue, api] = ['provider-events', toSqsApi(client)];
  const { url, deadLetterUrl } = (await openQueues(client, { prefix, names: [queue], create: false })).get(queue);
  const attributes = { [WIRE.id]: { DataType: 'String', StringValue: 'notice-1' } };
  expect(await api.sendBatch(deadLetterUrl, [{ body: '{}', attributes }])).toEqual([]);
  const command = async (...args: string[]) => {
    const process = new WorkerProcess({ ...parts.env, SQS_ENDPOINT: sqs.url }, ['dead-letters', ...args, '--json']);
    return { code: await process.exited, answer: JSON.parse(process.answer) as unknown, log: process.log };
  };
  const counts = QUEUES.map((name) => ({ queue: name, letters: name === queue ? 1 : 0 }));
  expect(await command()).toMatchObject({ code: 0, answer: counts });
  const retried = await command('retry', queue, 'notice-1', '--by', 'kim');
  expect(retried).toMatchObject({ code: 0, answer: { queue, retried: 1, failed: [] } });
  expect(retried.log).toContain('"message":"dead letters retried"');
  expect(await api.depth(url)).toMatchObject({ visible: 1 });
  expect([...sqs.refused]).toEqual([]);
});
