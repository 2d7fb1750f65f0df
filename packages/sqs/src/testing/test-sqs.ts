import { randomBytes } from 'node:crypto';
import { DeleteQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient } from '../client/create-sqs-client.ts';

export interface TestSqs {
  endpoint: string;
  client: SQSClient;
  /** A prefix no other test has: give it to `openQueues` with `create: true`. */
  prefix: string;
  deleteQueue(url: string): Promise<void>;
  close(): Promise<void>;
}

/** On a machine that stands still for half a minute an answer is late, and nothing else is wrong. */
const SETTINGS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  requestTimeoutMs: 120_000,
};

/**
 * An SQS for one test file: fauxqs in this process, or the server that `TEST_SQS_ENDPOINT` names (ElasticMQ), where a prefix of
 * its own keeps tests apart.
 */
export async function testSqs(): Promise<TestSqs> {
  const prefix = `t${randomBytes(6).toString('hex')}-`;
  const named = process.env.TEST_SQS_ENDPOINT;
  if (named) {
    const client = createSqsClient({ ...SETTINGS, endpoint: named });
    return { endpoint: named, client, prefix, deleteQueue: deleteBy(client), close: async () => client.destroy() };
  }
  const { startFauxqs } = await import('fauxqs');
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = createSqsClient({ ...SETTINGS, endpoint });
  return {
    endpoint,
    client,
    prefix,
    deleteQueue: deleteBy(client),
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

function deleteBy(client: SQSClient): TestSqs['deleteQueue'] {
  return async (QueueUrl) => {
    await client.send(new DeleteQueueCommand({ QueueUrl }));
  };
}
