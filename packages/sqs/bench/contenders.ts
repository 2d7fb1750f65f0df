import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createLogger } from '@postern/runtime';
import { Consumer } from 'sqs-consumer';
import type { SqsApi } from '../src/client/sqs-api.ts';
import { QueueConsumer, type QueueDirectory } from '../src/index.ts';

/** Something that consumes a queue and can be stopped. */
export interface Running {
  stop(): Promise<void>;
}

export interface Contender {
  name: string;
  /** Whether the messages it gets were packed into frames. */
  frames: boolean;
  start(client: SQSClient, queues: QueueDirectory, handle: (body: string) => Promise<void>, api: SqsApi): Running;
}

const logger = createLogger({ service: 'bench', version: 'test', level: 'error' });

function ours(name: string, frames: boolean, concurrency: number): Contender {
  return {
    name,
    frames,
    start(_, queues, handle, api) {
      const consumer = new QueueConsumer(api, queues, {
        queue: 'bench',
        handler: (message) => handle(message.body),
        concurrency,
        pollWaitSeconds: 1,
        logger,
      });
      consumer.start();
      return {
        stop: async () => {
          await consumer.stop({ deadlineMs: 3_000 });
        },
      };
    },
  };
}

const sqsConsumer: Contender = {
  name: 'sqs-consumer',
  frames: false,
  start(client, queues, handle) {
    const consumer = Consumer.create({
      queueUrl: queues.get('bench').url,
      sqs: client,
      batchSize: 10,
      waitTimeSeconds: 1,
      handleMessage: async (message: Message) => {
        await handle(message.Body ?? '');
        return message;
      },
    });
    return running(consumer);
  },
};

/** It has one poller: as many of it as one pleases are how it is scaled. */
function sqsConsumerBatch(pollers: number): Contender {
  return {
    name: `${BATCHES} x ${pollers}`,
    frames: false,
    start(client, queues, handle) {
      const all = Array.from({ length: pollers }, () =>
        running(
          Consumer.create({
            queueUrl: queues.get('bench').url,
            sqs: client,
            batchSize: 10,
            waitTimeSeconds: 1,
            handleMessageBatch: async (messages: Message[]) => {
              await Promise.all(messages.map((message) => handle(message.Body ?? '')));
              return messages;
            },
          }),
        ),
      );
      return { stop: async () => void (await Promise.all(all.map((one) => one.stop()))) };
    },
  };
}

function running(consumer: Consumer): Running {
  consumer.on('error', () => {});
  consumer.start();
  return {
    stop: () =>
      new Promise((resolve) => {
        consumer.once('stopped', () => resolve());
        consumer.stop();
      }),
  };
}

/** The shortest loop that is right: receive ten, handle them together, delete them in one call. */
const bareSdk: Contender = {
  name: 'bare SDK loop',
  frames: false,
  start(client, queues, handle) {
    const QueueUrl = queues.get('bench').url;
    let on = true;
    const loop = async () => {
      while (on) {
        const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
        if (Messages.length === 0) continue;
        await Promise.all(Messages.map((message) => handle(message.Body ?? '')));
        const Entries = Messages.map((message, n) => ({ Id: String(n), ReceiptHandle: message.ReceiptHandle }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    const ended = loop();
    return {
      stop: () => {
        on = false;
        return ended;
      },
    };
  },
};

/** SQS gives a poller of sqs-consumer ten at a time, and it asks again when all ten are done. */
const EACH_POLLER = 10;
const POLLERS = [1, 5, 20, 50, 200];

/** All contenders whose handlers have at most `inFlight` messages at a time; those that cannot use so many have ten. */
export function contenders(inFlight: number): readonly Contender[] {
  // The largest three that may be: fewer were never its best.
  const pollers = POLLERS.filter((count) => count * EACH_POLLER <= inFlight).slice(-3);
  return [
    bareSdk,
    sqsConsumer,
    ours(OURS_PLAIN, false, inFlight),
    ours(`${OURS_PLAIN}, frames`, true, inFlight),
    ...pollers.map(sqsConsumerBatch),
  ];
}

/** What ours begin with. */
export const OURS_PLAIN = 'postern';
/** Of these the best is compared with. */
export const BATCHES = 'sqs-consumer, batch';
export const BARE = bareSdk;
export const OURS = ours(OURS_PLAIN, false, 100);
export const OURS_FRAMED = ours(`${OURS_PLAIN}, frames`, true, 200);
