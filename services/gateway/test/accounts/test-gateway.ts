import { randomBytes } from 'node:crypto';
import { Outbox } from '@postern/durable';
import { bindConstant, Clock, type Database, MemoryLogger, Metrics } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { openQueues, SqsSender } from '@postern/sqs';
import type { Container, ContainerModule } from 'inversify';
import { migrations } from '../../migrations/index.ts';
import { RootKeys } from '../../src/accounts/tokens/root-keys.ts';
import { type GatewayConfig, readConfig } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import { Routes } from '../../src/http/bind-routes.ts';
import { createHttpPlatform } from '../../src/http/http-platform.ts';
import { RequestRecords } from '../../src/http/records/request-records.ts';
import { Authenticator } from '../../src/http/route.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { httpSettings } from '../../src/http-settings.ts';
import { PATIENT_LIMITS } from '../http-harness.ts';
import { EventWatch } from './event-watch.ts';
import { everyModule } from './every-module.ts';
import { ShiftedClock } from './shifted-clock.ts';

/** The cheapest argon2id there is, and no delay that a test does not ask for. */
const TEST_ENV = {
  AWS_REGION: 'us-east-1',
  PASSWORD_HASH_MEMORY_KIB: '8',
  PASSWORD_HASH_PASSES: '1',
  GUESS_FREE_PER_ACCOUNT: '100000',
  GUESS_FREE_PER_ADDRESS: '1000000',
  MAILS_PER_HOUR: '100000',
  CHANGES_PER_HOUR: '1000000',
  SIGN_INS_PER_ACCOUNT: '1000000',
  SIGN_INS_PER_ADDRESS: '1000000',
  SIGN_UPS_PER_HOUR: '1000000',
  // Statements are counted, and nothing else comes between them.
  REQUEST_RECORD_DAYS: '0',
};

export interface TestGatewayOptions {
  env?: Record<string, string>;
  /** Puts something else in the place of a part, before anything is made of it. */
  plant?: (container: Container) => void;
  /** What it can do; the default is all that there are sources of. */
  modules?: readonly ContainerModule[];
  /** Another replica's database and keys, to be a second replica of it. */
  replicaOf?: TestGateway;
}

/** The real gateway in this process: real routes over a real port, a real database and a real SQS. */
export class TestGateway {
  readonly url: string;
  readonly config: GatewayConfig;
  readonly container: Container;
  readonly database: Database;
  readonly clock: ShiftedClock;
  readonly logger: MemoryLogger;
  readonly metrics: Metrics;
  readonly events: EventWatch;
  /** None are kept unless the test sets REQUEST_RECORD_DAYS. */
  readonly records: RequestRecords;
  readonly #ends: (() => Promise<unknown>)[];

  private constructor(fields: Omit<TestGateway, 'close'>, ends: (() => Promise<unknown>)[]) {
    this.url = fields.url;
    this.config = fields.config;
    this.container = fields.container;
    this.database = fields.database;
    this.clock = fields.clock;
    this.logger = fields.logger;
    this.metrics = fields.metrics;
    this.events = fields.events;
    this.records = fields.records;
    this.#ends = ends;
  }

  static async start({
    env = {},
    plant,
    modules = everyModule,
    replicaOf,
  }: TestGatewayOptions = {}): Promise<TestGateway> {
    const ends: (() => Promise<unknown>)[] = [];
    const events = replicaOf?.events ?? (await EventWatch.start());
    if (!replicaOf) ends.push(() => events.close());
    const store: Pick<TestDatabase, 'database' | 'url'> = replicaOf
      ? { database: replicaOf.database, url: replicaOf.config.env.DATABASE_URL }
      : await freshDatabase(ends);
    const { database, url: DATABASE_URL } = store;
    const keys = replicaOf
      ? {
          LINK_KEY: replicaOf.config.env.LINK_KEY.toText(),
          KEY_ENCRYPTION_KEY: replicaOf.config.env.KEY_ENCRYPTION_KEY.toText(),
        }
      : { LINK_KEY: base64(randomBytes(32)), KEY_ENCRYPTION_KEY: base64(randomBytes(32)) };
    const config = readConfig({
      ...TEST_ENV,
      PUBLIC_URL: 'http://gateway.test',
      DATABASE_URL,
      GATEWAY_ENVELOPE_KEY: events.keys.toText(),
      ...keys,
      ...env,
    });

    const logger = new MemoryLogger();
    const metrics = new Metrics({ defaults: false });
    const clock = replicaOf?.clock ?? new ShiftedClock();
    const { sqs } = events;
    const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
    const sender = new SqsSender(sqs.client, queues);
    const outbox = new Outbox(database, sender, { logger, metrics });
    outbox.start();
    const container = createContainer(config, { database, outbox, logger, metrics }, modules);
    container.unbind(Clock);
    bindConstant<Clock>(container, Clock, clock);
    plant?.(container);
    await container.get(RootKeys).load();

    const records = new RequestRecords(database, { logger, days: config.env.REQUEST_RECORD_DAYS });
    const http = createHttpPlatform(
      container.getAll(Routes).flatMap(({ routes }) => routes),
      { ...httpSettings(config), trustProxy: 1, version: '0.0.0' },
      { database, authenticator: container.get(Authenticator), logger, metrics, clock, records },
    );
    const server = await startHttpServer(http.app, {
      host: '127.0.0.1',
      port: 0,
      maxConnections: 10_000,
      problemBase: http.problemBase,
      logger,
      limits: PATIENT_LIMITS,
    });
    ends.unshift(
      () => server.close(AbortSignal.timeout(2_000)),
      () => records.flush(),
      () => outbox.stop(),
      () => sender.close(),
    );
    const url = `http://127.0.0.1:${server.port}`;
    return new TestGateway({ url, config, container, database, clock, logger, metrics, events, records }, ends);
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

async function freshDatabase(ends: (() => Promise<unknown>)[]): Promise<TestDatabase> {
  const fresh = await testDatabase('accounts', migrations);
  ends.push(() => fresh.close());
  return fresh;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
