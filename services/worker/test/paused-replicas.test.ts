import { randomUUID } from 'node:crypto';
import { listReplicas } from '@postern/durable';
import { type MessageDefinition, UserDisabled, UserEnabled } from '@postern/events';
import { newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { FRAME_ENCODING, packFrame, toSqsApi, WIRE } from '@postern/sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { queueCommands } from '../src/commands/queue-commands.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { gatewayWriter, openWorkerParts, type WorkerParts, WorkerProcess } from './support/worker-process.ts';

const WAIT = { timeout: 120_000, interval: 100 };

let parts: WorkerParts;
let smtp: ScriptedSmtp;
const replicas: WorkerProcess[] = [];

beforeAll(async () => {
  parts = await openWorkerParts();
  smtp = await ScriptedSmtp.start();
  await startReplica();
  await startReplica();
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  await smtp?.close();
  await parts?.close();
});

/** Resolves to its ops port, once it consumes what is not paused. */
async function startReplica(): Promise<number> {
  const replica = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url('') });
  replicas.push(replica);
  const { ops } = await replica.ready;
  // The command counts those that have reported what they consume.
  await vi.waitFor(async () => {
    const known = await listReplicas(parts.test.database);
    expect(known.filter(({ queues }) => queues.length > 0)).toHaveLength(replicas.length);
  }, WAIT);
  return ops;
}

/** What the command answers, with how many replicas did it. */
async function queue(...args: string[]): Promise<{ obey: number; not: number }> {
  const { out, complaints } = await runCommands(
    queueCommands((work) => work({ database: parts.test.database })),
    'queue',
    ...args,
    '--json',
  );
  expect(complaints).toBe('');
  const { obey, not } = (JSON.parse(out) as { replicas: { obey: string[]; not: string[] } }).replicas;
  return { obey: obey.length, not: not.length };
}

const depth = async (url: string) => toSqsApi(parts.sqs.client).depth(url);
const dead = async (name: string) => (await depth(parts.queues.get(name).deadLetterUrl)).visible;
const received = (to: string) => smtp.accepted.filter((mail) => mail.to === to).length;

const someone = (email: string) => ({ user_id: randomUUID(), email, first_name: 'Ann', locale: 'en' });

/** Events of these types in one SQS message, each to an address of its own. */
async function sendFrame(...events: [MessageDefinition, string][]): Promise<void> {
  const members = events.map(([event, email]) => {
    const { envelope, body } = gatewayWriter.write(event, someone(email));
    return { id: envelope.id, type: envelope.type, body, sentAt: Date.now() };
  });
  const attributes = { [WIRE.encoding]: { DataType: 'String', StringValue: FRAME_ENCODING } };
  const { url } = parts.queues.get('events');
  expect(await toSqsApi(parts.sqs.client).sendBatch(url, [{ body: packFrame(members), attributes }])).toEqual([]);
}

const addresses = (count: number) => Array.from({ length: count }, () => `${newId()}@example.com`);

it('a queue that is paused is consumed by no replica, also by one that starts, until it goes on; nothing is lost', async () => {
  // The command waits for ten seconds, which a machine that stands still for a while may use up: then it is given once more.
  await expect.poll(() => queue('pause', 'events', '--reason', 'repairs'), WAIT).toEqual({ obey: 2, not: 0 });
  const people = addresses(20);
  for (const email of people) await parts.publish(UserEnabled, someone(email));
  const ops = await startReplica();
  const health = await fetch(`http://127.0.0.1:${ops}/health/ready`);
  expect(health.status).toBe(200);
  const metrics = async () => (await fetch(`http://127.0.0.1:${ops}/metrics`)).text();
  await expect.poll(metrics, WAIT).toMatch(/queue_paused_seconds\{queue="events",handler=""\} [1-9]/);
  expect((await depth(parts.queues.get('events').url)).inFlight).toBe(0);
  expect(people.reduce((sum, to) => sum + received(to), 0)).toBe(0);
  await expect.poll(() => queue('resume', 'events'), WAIT).toEqual({ obey: 3, not: 0 });
  await vi.waitFor(() => expect(people.map(received)).toEqual(people.map(() => 1)), WAIT);
  expect(await dead('events')).toBe(0);
});

it('while a handler is paused its events wait in a frame that others of it leave, and lose no try', async () => {
  const pause = () => queue('pause', 'events', '--handler', 'tell-account-disabled', '--reason', 'wrong text');
  await expect.poll(pause, WAIT).toEqual({ obey: 3, not: 0 });
  const [waiting, going] = [addresses(5), addresses(5)];
  await sendFrame(
    ...waiting.map((email): [MessageDefinition, string] => [UserDisabled, email]),
    ...going.map((email): [MessageDefinition, string] => [UserEnabled, email]),
  );
  await vi.waitFor(() => expect(going.map(received)).toEqual(going.map(() => 1)), WAIT);
  expect(waiting.map(received)).toEqual(waiting.map(() => 0));
  await expect.poll(async () => (await depth(parts.queues.get('events').url)).delayed, WAIT).toBeGreaterThan(0);
  // Of those that go, a handler fails that a machine which stands still holds up for longer than it may take.
  const failures = replicas
    .flatMap(({ lines }) => lines)
    .filter(({ message }) => /^A handler fails/.test(`${message}`));
  expect(failures.filter(({ type }) => type === UserDisabled.type)).toEqual([]);
  await queue('resume', 'events', '--handler', 'tell-account-disabled');
  await vi.waitFor(() => expect(waiting.map(received)).toEqual(waiting.map(() => 1)), WAIT);
  expect(going.map(received)).toEqual(going.map(() => 1));
  expect(await dead('events')).toBe(0);
});
