import { request } from 'node:http';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedSqs, startSqs } from '../src/playground/sqs.ts';
import { temporaryHome } from './run-start.ts';

let home: ReturnType<typeof temporaryHome>;
let sqs: EmbeddedSqs;

const start = (releaseInFlight = true) => startSqs({ host: '127.0.0.1', port: 0, folder: home.path, releaseInFlight });
const client = () =>
  new SQSClient({
    endpoint: sqs.endpoint,
    useQueueUrlAsEndpoint: false,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
const makeQueue = async () => (await client().send(new CreateQueueCommand({ QueueName: 'q' }))).QueueUrl;
const receive = (QueueUrl: string | undefined, WaitTimeSeconds = 0) =>
  client().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, VisibilityTimeout: 600 }));

beforeEach(async () => {
  home = temporaryHome();
  sqs = await start();
});

afterEach(async () => {
  await sqs.stop();
  home[Symbol.dispose]();
});

test('messages outlive a restart, those that were being worked on included', async () => {
  const QueueUrl = await makeQueue();
  await client().send(new SendMessageCommand({ QueueUrl, MessageBody: 'taken' }));
  expect((await receive(QueueUrl)).Messages).toHaveLength(1);
  await client().send(new SendMessageCommand({ QueueUrl, MessageBody: 'waiting' }));
  await sqs.stop();
  sqs = await start();
  const bodies = [await receive(QueueUrl), await receive(QueueUrl)].flatMap((it) =>
    it.Messages?.map((one) => one.Body),
  );
  expect(bodies.sort()).toEqual(['taken', 'waiting']);
});

test('a message that a consumer elsewhere may still hold stays with it over a restart', async () => {
  const QueueUrl = await makeQueue();
  await client().send(new SendMessageCommand({ QueueUrl, MessageBody: 'taken' }));
  expect((await receive(QueueUrl)).Messages).toHaveLength(1);
  await sqs.stop();
  sqs = await start(false);
  expect((await receive(QueueUrl)).Messages).toBeUndefined();
});

test('a message that is given back is there for the next receive', async () => {
  const QueueUrl = await makeQueue();
  await client().send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
  const ReceiptHandle = (await receive(QueueUrl)).Messages?.[0]?.ReceiptHandle;
  await client().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  expect((await receive(QueueUrl)).Messages).toHaveLength(1);
});

test('an open long poll is answered when polls are ended', async () => {
  const QueueUrl = await makeQueue();
  let answered = false;
  const poll = receive(QueueUrl, 20).then((answer) => {
    answered = true;
    return answer;
  });
  await expect
    .poll(() => {
      sqs.endPolls();
      return answered;
    })
    .toBe(true);
  expect((await poll).Messages).toBeUndefined();
});

test('only this machine reaches it', async () => {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((it) => it && !it.internal && it.family === 'IPv4');
  if (!outside) return;
  await expect(fetch(`http://${outside.address}:${new URL(sqs.endpoint).port}/health`)).rejects.toThrow();
});

test('what another site has lead here by a name of its own neither reads nor empties a queue', async () => {
  const QueueUrl = await makeQueue();
  await client().send(new SendMessageCommand({ QueueUrl, MessageBody: 'accepted' }));
  const statusOf = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        ...{ host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.PurgeQueue' },
      };
      const asked = request(sqs.endpoint, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end(JSON.stringify({ QueueUrl }));
    });
  expect(await statusOf('evil.example:9324')).toBe(421);
  expect((await receive(QueueUrl)).Messages).toHaveLength(1);
  expect(await statusOf('localhost:9324')).toBe(200);
});
