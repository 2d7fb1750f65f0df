import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import {
  type Envelope,
  EnvelopeWriter,
  GATEWAY,
  type MessageDefinition,
  OWN_QUEUES,
  SendMail,
  WORKER,
} from '@postern/events';
import { newId, SecretRing } from '@postern/runtime';
import { bareEnvironment, startOf, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { openQueues, SqsSender } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import type { z } from 'zod';
import { migrations } from '../../migrations/index.ts';
import { writerKeys } from '../../src/envelope-keys.ts';
import { TEST_SECRETS } from './mail-side.ts';

const SERVICE = join(import.meta.dirname, '../..');

/** A worker as it runs in production, its own process; or another service, by its folder. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly output: string[] = [];
  /** What it has written to standard output alone. */
  answer = '';
  readonly exited: Promise<number | null>;
  readonly ready: Promise<{ ops: number; http?: number }>;

  constructor(env: Record<string, string | undefined>, args: string[] = [], service = SERVICE) {
    const { main, execArgv } = startOf(service);
    const child = fork(main, args, {
      env: { ...bareEnvironment(), ...env },
      execArgv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.output.push(text));
    }
    child.stdout?.on('data', (text: string) => {
      this.answer += text;
    });
    // Not `exit`: what it wrote last may be read after that.
    this.exited = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    this.ready = new Promise((resolve, reject) => {
      child.on('message', (message) => resolve((message as { ports: { ops: number; http?: number } }).ports));
      void this.exited.then((code) => reject(new Error(`it ended with ${code}: ${this.output.join('')}`)));
    });
    // Whoever starts one that is meant to fail does not wait for it to be ready.
    this.ready.catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Its exit code, after SIGTERM. */
  stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exited;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  get log(): string {
    return this.output.join('');
  }

  /** The entries of its log. What follows its last line break has not come whole. */
  get lines(): Record<string, unknown>[] {
    const json = this.log
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'));
    return json.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

const testKeyRings = {
  GATEWAY_ENVELOPE_KEY: SecretRing.parse(TEST_SECRETS.GATEWAY_ENVELOPE_KEY),
  WORKER_ENVELOPE_KEY: SecretRing.parse(TEST_SECRETS.WORKER_ENVELOPE_KEY),
};
export const testWriterKeys = writerKeys(testKeyRings);
/** Who signs as the services do. */
export const gatewayWriter = new EnvelopeWriter(GATEWAY, testKeyRings.GATEWAY_ENVELOPE_KEY);
export const workerWriter = new EnvelopeWriter(WORKER, testKeyRings.WORKER_ENVELOPE_KEY);

async function openOwnQueues(sqs: TestSqs, prefix: string) {
  const queues = await openQueues(sqs.client, { prefix, names: OWN_QUEUES, create: true });
  const sender = new SqsSender(sqs.client, queues);
  return {
    queues,
    sender,
    /** Asks for a link mail, or for another one; answers with its key. */
    async order(order: { to?: string; key?: string; mail?: string } = {}): Promise<string> {
      const key = order.key ?? `${newId()}/send-verification/verification`;
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const data = { first_name: 'Ann', token_id: newId(), expires_at };
      const job = {
        key,
        mail: order.mail ?? 'verification',
        to: order.to ?? 'ann@example.com',
        locale: 'en',
        data,
        expires_at,
      };
      const { envelope, body } = workerWriter.write(SendMail, job);
      await sender.send('mail', { id: envelope.id, type: envelope.type, body });
      return key;
    },
  };
}

/** A database and queues for worker processes, and a hand to put messages into the queues. */
export async function openWorkerParts() {
  const test: TestDatabase = await testDatabase('worker', migrations);
  const sqs: TestSqs = await testSqs();
  const { queues, sender, order } = await openOwnQueues(sqs, sqs.prefix);
  const senders = [sender];
  const env = {
    DATABASE_URL: test.url,
    SQS_ENDPOINT: sqs.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    QUEUE_PREFIX: sqs.prefix,
    WORKER_OPS_HOST: '127.0.0.1',
    WORKER_OPS_PORT: '0',
    WORKER_POLL_SECONDS: '1',
    WORKER_UNKNOWN_MS: '1',
    MAIL_POLL_MS: '50',
    ...TEST_SECRETS,
  };
  return {
    test,
    sqs,
    queues,
    sender,
    env,
    async publish<Event extends MessageDefinition>(event: Event, data: z.input<Event['schema']>): Promise<Envelope> {
      const { envelope, body } = gatewayWriter.write(event, data);
      await sender.send('events', { id: envelope.id, type: envelope.type, body });
      return envelope;
    },
    order,
    /** Queues that no other worker looks into; the database is the same. */
    async furtherQueues() {
      const prefix = `${sqs.prefix}${senders.length}-`;
      const further = await openOwnQueues(sqs, prefix);
      senders.push(further.sender);
      return { env: { ...env, QUEUE_PREFIX: prefix }, order: further.order };
    },
    async close(): Promise<void> {
      await Promise.all(senders.map((each) => each.close()));
      await sqs.close();
      await test.close();
    },
  };
}

export type WorkerParts = Awaited<ReturnType<typeof openWorkerParts>>;
