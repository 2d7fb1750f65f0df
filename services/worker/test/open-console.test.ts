import { MemoryLogger, type ServiceProcess, SystemClock, waitFor } from '@postern/runtime';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import type { Console } from '../src/console/console.ts';
import { openConsole } from '../src/console/open-console.ts';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());

it('waits for SQS, when it refuses a call while the worker starts', async () => {
  const logger = new MemoryLogger();
  let refusals = 1;
  const send = sqs.client.send.bind(sqs.client) as (...args: unknown[]) => Promise<unknown>;
  const client = Object.create(sqs.client, {
    send: {
      value: (...args: unknown[]) => (refusals-- > 0 ? Promise.reject(new Error('throttled')) : send(...args)),
    },
  });
  const service = {
    waitFor: (part: Parameters<typeof waitFor>[0]) => waitFor(part, { logger, clock: new SystemClock() }),
    onStop: () => undefined,
  };
  const config = { WORKER_CONSOLE_PORT: 3004, QUEUE_PREFIX: sqs.prefix, QUEUE_CREATE: true, WORKER_QUEUES: ['jobs'] };
  const listening = { listen: async () => ({ port: 3004, close: async () => undefined }) };
  const port = openConsole(listening as unknown as Console, {
    ...{ service: service as unknown as ServiceProcess, client, config: config as unknown as Config },
  });
  expect(await port).toBe(3004);
  expect(logger.lines).toMatchObject([{ level: 'warn', message: 'waiting for SQS', fields: { reason: 'throttled' } }]);
});
