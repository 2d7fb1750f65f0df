import { MemoryLogger, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { openQueues, QueueConsumer, toSqsApi } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { baseEnv, GatewayProcess } from './gateway-process.ts';
import { type Answer, send } from './http-harness.ts';

/** Conditions are waited for; on a busy machine they take their time. */
export const PATIENTLY = { timeout: 120_000 };
/** For what is true of a process within seconds of real time: a machine that stands still for longer spoils a try. */
export const IN_REAL_TIME = { retry: 2 };

export const person = () => ({
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: `${newId()}@example.com`,
  password: 'a long and unusual one',
  password_confirmation: 'a long and unusual one',
});

export function register(port: number): Promise<Answer> {
  return send(`http://127.0.0.1:${port}/v1/auth/register`, 'POST', person());
}

export async function readiness(port: number): Promise<number> {
  return (await send(`http://127.0.0.1:${port}/health/ready`, 'GET')).status;
}

/** Asked for PATIENTLY: a process says for ten seconds that it stood still. */
export async function liveness(port: number): Promise<number> {
  return (await send(`http://127.0.0.1:${port}/health/live`, 'GET')).status;
}

/** An SQS for the file; a database and queues of its own for each test; gateways as processes on them. */
export class ProcessSuite {
  sqs!: TestSqs;
  db!: TestDatabase;
  #prefix = '';
  /** Replicas of one system have the same secrets. */
  readonly #base = baseEnv();

  constructor() {
    beforeAll(async () => {
      this.sqs = await testSqs();
    });
    afterAll(() => this.sqs.close());
    beforeEach(async () => {
      this.db = await testDatabase('gateway-process');
      this.#prefix = `${this.sqs.prefix}${newId().slice(-8)}-`;
      return () => this.db.close();
    });
  }

  /** A gateway that ends with the test at the latest. */
  start(env: Record<string, string> = {}, args: string[] = []): GatewayProcess {
    const parts = { DATABASE_URL: this.db.url, SQS_ENDPOINT: this.sqs.endpoint, QUEUE_PREFIX: this.#prefix };
    const process = new GatewayProcess({ ...this.#base, ...parts, ...env }, args);
    onTestFinished(async () => {
      process.signal('SIGKILL');
      await process.exited;
    });
    return process;
  }

  /** How many messages have arrived in SQS. */
  async arrived(): Promise<number> {
    const queues = await openQueues(this.sqs.client, { prefix: this.#prefix, names: ['events'], create: true });
    return (await toSqsApi(this.sqs.client).depth(queues.get('events').url)).visible;
  }

  /** The ids of all events, as a consumer gets them: many at once may have been packed into one message. */
  async consume(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    const queues = await openQueues(this.sqs.client, { prefix: this.#prefix, names: ['events'], create: true });
    const consumer = new QueueConsumer(this.sqs.client, queues, {
      queue: 'events',
      pollWaitSeconds: 1,
      logger: new MemoryLogger(),
      handler: async ({ id }) => void ids.add(id),
    });
    await consumer.start();
    onTestFinished(async () => void (await consumer.stop({ deadlineMs: 5_000 })));
    return ids;
  }
}
