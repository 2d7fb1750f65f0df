import { mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { reasonOf } from '../fault.ts';
import { isOwnHost } from '../own-host.ts';
import { portFault } from './ports.ts';

interface SqsOptions {
  host: string;
  port: number;
  /** Queued messages are kept here and survive a restart. */
  folder: string;
  /**
   * Whether messages that were being worked on at the last end are handed out again at once. Right when every consumer
   * ends with this queue: none of them can come back with an old receipt.
   */
  releaseInFlight: boolean;
}

export interface EmbeddedSqs {
  endpoint: string;
  /** Answers open long polls with nothing, so that a consumer that wants to stop need not wait for 20 s. */
  endPolls(): void;
  stop(): Promise<void>;
}

type Stores = NonNullable<BuildAppOptions['stores']>;

/** The parts of fauxqs that its own `startFauxqs` is made of; its package names only the whole. */
interface Parts {
  SqsStore: new () => Stores['sqsStore'];
  SnsStore: new () => Stores['snsStore'];
  S3Store: new () => Stores['s3Store'];
  PersistenceManager: new (folder: string) => Persistence;
}

type Persistence = NonNullable<Stores['sqsStore']['persistence']>;

/** How long closing may take; the connections are those of services that have ended. */
const closeMs = 500;

/**
 * SQS in this process. fauxqs's `startFauxqs` opens its port to the whole network, and whoever reaches it may read and
 * send; so it is put together here from its parts, for this machine only.
 */
export async function startSqs(options: SqsOptions): Promise<EmbeddedSqs> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const parts = await loadParts();
  const stores = { sqsStore: new parts.SqsStore(), snsStore: new parts.SnsStore(), s3Store: new parts.S3Store() };
  const persistence = keepReceiveCounts(new parts.PersistenceManager(options.folder));
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  // Only now: loading into stores that are persisted would write every row again.
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) {
    queue.persistence = persistence;
    if (options.releaseInFlight)
      for (const receipt of queue.inflightMessages.keys()) queue.changeVisibility(receipt, 0);
  }
  const app = buildApp({ logger: false, stores });
  app.addHook('preClose', async () => persistence.close());
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (!isOwnHost(headers.host, options.host))
      return reply.code(421).send('this queue is reached by 127.0.0.1 or localhost');
  });
  try {
    await app.listen({ port: options.port, host: options.host });
  } catch (error) {
    await app.close();
    throw portFault('sqs', options.port, error instanceof Error ? error : new Error(reasonOf(error)));
  }
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    endPolls: () => stores.sqsStore.shutdown(),
    stop: async () => {
      await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
    },
  };
}

/**
 * fauxqs 2.4.1 breaks its own NOT NULL rule, and answers 500, when a message that is persisted is given back with
 * visibility 0: it clears the count of receives along with the receipt.
 */
function keepReceiveCounts(persistence: Persistence): Persistence {
  // Private in its types alone.
  const { db } = persistence as unknown as { db: DatabaseSync };
  const giveBack = db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void giveBack.run(messageId);
  return persistence;
}

async function loadParts(): Promise<Parts> {
  const part = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);
  const [sqs, sns, s3, persistence] = await Promise.all([
    part('./sqs/sqsStore.js'),
    part('./sns/snsStore.js'),
    part('./s3/s3Store.js'),
    part('./persistence.js'),
  ]);
  return { ...sqs, ...sns, ...s3, ...persistence } as Parts;
}
