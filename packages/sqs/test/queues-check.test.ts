import { GetQueueAttributesCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSqsClient } from '../src/client/create-sqs-client.ts';
import { openQueues } from '../src/client/open-queues.ts';
import type { QueueDirectory } from '../src/client/queue-directory.ts';
import { queuesCheck } from '../src/client/queues-check.ts';
import { type Allows, sqsByRights, type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
let queues: QueueDirectory;
let prefix: string;
let count = 0;

beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());
beforeEach(async () => {
  prefix = `${sqs.prefix}${count++}-`;
  queues = await openQueues(sqs.client, { prefix, names: ['a', 'b'], create: true });
});

const set = (name: string, Attributes: Record<string, string>) =>
  sqs.client.send(new SetQueueAttributesCommand({ QueueUrl: queues.get(name).url, Attributes }));

/** What is found, and that each trouble has its remedy. */
async function examine({ names = ['a'], create = false, endpoint = sqs.endpoint } = {}): Promise<string[]> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = createSqsClient({ region: 'us-east-1', endpoint, credentials });
  const rights = {
    queue: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'],
    dead: ['SendMessage', 'ReceiveMessage'],
  } as const;
  const findings = await queuesCheck(client, { prefix, names, create, rights }).run();
  for (const { level, todo } of findings) if (level !== 'ok') expect(todo).toBeTruthy();
  return findings.map(({ level, subject, what }) => `${level} ${subject}: ${what}`);
}

describe('the check of the queues', () => {
  test('finds nothing where they are as the engine makes them', async () => {
    expect(await examine({ names: ['a', 'b'] })).toEqual([
      `ok queue ${prefix}a: 0 messages`,
      `ok queue ${prefix}b: 0 messages`,
    ]);
  });

  test('finds a queue that is missing, and names who makes it', async () => {
    await sqs.deleteQueue(queues.get('a').deadLetterUrl);
    expect(await examine()).toEqual([`failure queue ${prefix}a-dead: does not exist`]);
    expect(await examine({ create: true })).toEqual([`warning queue ${prefix}a-dead: does not exist`]);
  });

  test('finds a redrive policy that leads elsewhere, or gives up before the engine', async () => {
    const other = JSON.stringify({ deadLetterTargetArn: await arnOf('b'), maxReceiveCount: 100 });
    await set('a', { RedrivePolicy: other });
    expect(await examine()).toEqual([
      expect.stringMatching(/^failure .*its dead letters go to .*b-dead, where nobody looks/),
    ]);
    await set('b', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arnOf('b'), maxReceiveCount: 3 }) });
    expect(await examine({ names: ['b'] })).toEqual([expect.stringMatching(/^warning .*after 3 receives/)]);
  });

  test('finds each right that is missing, without having sent, received or deleted anything', async () => {
    await sqs.client.send(new SendMessageCommand({ QueueUrl: queues.get('a').url, MessageBody: 'stays' }));
    const seeing = ['GetQueueUrl', 'GetQueueAttributes'];
    const withRights = async (allows: Allows) => {
      await using limited = await sqsByRights(sqs.endpoint, allows);
      return await examine({ endpoint: limited.url });
    };
    expect(await withRights((action) => seeing.includes(action))).toEqual([
      `failure queue ${prefix}a: SQS refuses us sqs:SendMessage, sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility`,
      `failure queue ${prefix}a-dead: SQS refuses us sqs:SendMessage, sqs:ReceiveMessage`,
    ]);
    expect(await withRights((action, queue) => action !== 'ReceiveMessage' || !queue.endsWith('-dead'))).toEqual([
      `failure queue ${prefix}a-dead: SQS refuses us sqs:ReceiveMessage`,
    ]);
    expect(await withRights((action) => action !== 'GetQueueAttributes')).toContainEqual(
      expect.stringMatching(/^failure .*a: SQS refuses us: /),
    );
    expect(await withRights(() => true)).toEqual([`ok queue ${prefix}a: 1 messages`]);
  });

  // ElasticMQ keeps messages for ever, and has no such setting.
  test.skipIf(process.env.TEST_SQS_ENDPOINT)(
    'finds dead letters that are not kept for longer than messages, and messages that are kept for hours',
    async () => {
      await set('a', { MessageRetentionPeriod: '1209600' });
      await set('b', { MessageRetentionPeriod: '3600' });
      expect(await examine({ names: ['a', 'b'] })).toEqual([
        expect.stringMatching(/^failure .*a: its dead letters are kept for 14 days, not longer/),
        expect.stringMatching(/^warning .*b: keeps messages for 0 days/),
      ]);
    },
  );

  // ElasticMQ has no such setting.
  test.skipIf(process.env.TEST_SQS_ENDPOINT)(
    'finds a queue, or a dead-letter queue, that takes less than senders go by: as Terraform makes them unasked, and as nothing works with',
    async () => {
      const sized = (url: string, bytes: number) =>
        sqs.client.send(
          new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MaximumMessageSize: `${bytes}` } }),
        );
      const { url, deadLetterUrl } = queues.get('a');
      await sized(deadLetterUrl, 262_144);
      expect(await examine()).toEqual([
        expect.stringMatching(/^failure .*a: its dead-letter queue takes 262144 bytes, less than it \(1048576\)/),
      ]);
      await sized(url, 262_144);
      expect(await examine()).toEqual([
        expect.stringMatching(/^warning .*a: accepts messages of at most 262144 bytes/),
      ]);
      await sized(url, 131_072);
      expect(await examine()).toEqual([
        expect.stringMatching(/^failure .*a: accepts messages of at most 131072 bytes/),
      ]);
    },
  );

  test('finds a queue that holds messages back', async () => {
    await set('a', { DelaySeconds: '60' });
    expect(await examine()).toEqual([`warning queue ${prefix}a: holds every message back for 60 s`]);
  });
});

async function arnOf(name: string): Promise<string> {
  const { deadLetterUrl } = queues.get(name);
  const command = new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.client.send(command)).Attributes?.QueueArn ?? '';
}
