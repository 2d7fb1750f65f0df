import { Inbox, JobRunner, Outbox, Scheduler } from '@postern/durable';
import {
  announceReady,
  type Database,
  databaseUrl,
  endWhenStalled,
  Health,
  Metrics,
  type OpsServer,
  openDatabase,
  readEnv,
  rereadRings,
  runCommandLine,
  runMain,
  Shutdown,
  startOpsServer,
  waitForDatabase,
  watchClock,
} from '@postern/runtime';
import {
  createSqsClient,
  DeadLetterGauges,
  type QueueConsumer,
  type QueueDirectory,
  SdkSqsApi,
  SqsSender,
} from '@postern/sqs';
import { migrations } from '../migrations/index.ts';
import manifest from '../package.json' with { type: 'json' };
import { commands } from './commands/index.ts';
import { type Config, QUEUES, readConfig } from './config.ts';
import { Console } from './console/console.ts';
import { createConsumers, type SqsClient } from './consumers.ts';
import { createContainer } from './container.ts';
import { createServiceLogger } from './create-service-logger.ts';
import { JobRouter } from './jobs/job-router.ts';
import { ListenerRegistry } from './listeners/listener-registry.ts';
import { PatientDispatcher } from './listeners/patient-dispatcher.ts';
import { logHandled } from './log-handled.ts';
import { DueMails } from './mail/delivery/due-mails.ts';
import { tryLimitMs } from './mail/delivery/lease-time.ts';
import { Ledger } from './mail/delivery/ledger/ledger.ts';
import { MailDelivery } from './mail/delivery/mail-delivery.ts';
import { ProviderEvents } from './mail/delivery/provider-events/provider-events.ts';
import { Providers } from './mail/delivery/providers.ts';
import { Suppressions } from './mail/delivery/suppression/suppressions.ts';
import type { MailTransport } from './mail/delivery/transports/mail-transport.ts';
import { openTransports } from './mail/delivery/transports/open-transport.ts';
import { waitForQueues } from './wait-for-queues.ts';

/** Of the shutdown's time, what the handlers get; the rest is for writing down what was cut off. */
const DRAIN_SHARE = 0.8;
/** Sockets beyond the pollers: sends, acks, heartbeats. */
const SOCKETS = 64;

/** What is open, in the order it was opened; the shutdown ends it in the order it owns. */
interface Open {
  ops?: OpsServer;
  database?: Database;
  clockWatch?: ReturnType<typeof watchClock>;
  client?: SqsClient;
  queues?: QueueDirectory;
  sender?: SqsSender;
  transports?: readonly MailTransport[];
  consumers?: readonly QueueConsumer[];
  due?: DueMails;
  outbox?: Outbox;
  scheduler?: Scheduler;
  listeners?: ListenerRegistry;
  delivery?: MailDelivery;
  providers?: Providers;
}

async function serve(config: Config): Promise<void> {
  const logger = createServiceLogger({ level: config.LOG_LEVEL });
  const metrics = new Metrics();
  const health = new Health();
  const starting = new AbortController();
  const open: Open = {};
  // Wrong settings of a provider are the operator's to mend: told before anything is waited for.
  open.transports = openTransports(config);
  tryLimitMs(config.MAIL_LEASE_MS, open.transports);

  const shutdown = new Shutdown({ logger, graceMs: config.SHUTDOWN_GRACE_MS });
  addSteps(shutdown, { open, health, starting, drainMs: config.SHUTDOWN_GRACE_MS * DRAIN_SHARE });
  shutdown.onSignals();
  endWhenStalled({ health, shutdown, logger });
  process.on('SIGHUP', () => {
    try {
      // Hashes of recipients are in the tables: their key is the one that this process started with.
      const { RECIPIENT_KEY: _hashes, ...fresh } = readConfig();
      logger.info('keys were read again', { changed: rereadRings(config, fresh) });
    } catch (error) {
      logger.error('keys cannot be read again: those from before go on counting', { error });
    }
  });

  health.addReadiness('database', async () => {
    if (!open.database) throw new Error('it is not open yet');
    await open.database.requireUsable(migrations);
  });
  // A rollout that waits for readiness must not wait for SQS: nothing is lost, and the old replicas have none either.
  health.addDetail('started', async () => {
    if (!open.consumers) throw new Error('waiting for the database or SQS');
  });
  const console = new Console();
  open.ops = await startOpsServer({
    host: config.WORKER_OPS_HOST,
    port: config.WORKER_OPS_PORT,
    health,
    metrics,
    logger,
    handle: (request, response) => console.handle(request, response),
  });

  try {
    // DATABASE_URL_FILE is replaced when the password changes.
    const reread = () => readEnv({ DATABASE_URL: databaseUrl }).DATABASE_URL;
    open.database = openDatabase(config.DATABASE_URL, { logger, poolSize: config.DATABASE_POOL_SIZE, reread });
    open.clockWatch = watchClock(open.database, { logger, metrics });
    const { signal } = starting;
    if (!(await waitForDatabase(open.database, { migrations, logger, signal }))) return;
    open.client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT, maxSockets: SOCKETS });
    const { QUEUE_PREFIX: prefix, QUEUE_CREATE: create } = config;
    new DeadLetterGauges(open.client, { prefix, names: QUEUES, metrics, ages: open.database.clock });
    const names = [...new Set(['events', 'mail', 'jobs', ...config.WORKER_QUEUES])];
    open.queues = await waitForQueues(open.client, { prefix, names, create }, logger, starting.signal);
  } catch (error) {
    if (starting.signal.aborted) return;
    throw error;
  }
  const { database, client, queues, transports } = open;
  const { clock } = database;
  open.sender = new SqsSender(client, queues, { clock });

  const container = createContainer({ config, logger, metrics, clock, database, sender: open.sender, transports });
  const dispatcher = container.get(PatientDispatcher);
  const router = container.get(JobRouter);
  const providerEvents = container.get(ProviderEvents);
  const ledger = container.get(Ledger);
  open.providers = container.get(Providers);
  open.delivery = container.get(MailDelivery);
  open.due = container.get(DueMails);
  const runner = container.get(JobRunner);
  open.outbox = container.get(Outbox);
  open.scheduler = container.get(Scheduler);
  console.open({ clock, ledger, providers: open.providers, client, queues, scheduler: open.scheduler });

  const logged = logHandled(logger, clock);
  const consumers = createConsumers(
    {
      events: logged((message) => dispatcher.handle(message)),
      // A mail has a line of its own, when its provider has accepted it.
      mail: (message) => router.handle(message),
      jobs: logged(async (message) => void (await runner.run(message, () => router.handle(message)))),
      'provider-events': logged((message) => providerEvents.handle(message)),
    },
    {
      ...{ client, queues, config, logger, metrics, clock },
      givenUp: { jobs: (message, error) => runner.givenUp(message, error) },
    },
  );
  for (const consumer of consumers) consumer.checkSettings();

  if (config.WORKER_QUEUES.includes('mail')) {
    const { providers, due } = open;
    await providers.verify();
    providers.start();
    due.start();
    health.addDetail('mail providers', async () => providers.check());
    health.addLiveness('due mails', () => due.stalled());
  }
  if (config.WORKER_QUEUES.includes('events')) {
    open.listeners = container.get(ListenerRegistry);
    await open.listeners.enter(starting.signal).catch((error: unknown) => {
      if (!starting.signal.aborted) throw error;
    });
  }
  if (starting.signal.aborted) return;
  open.outbox.start();
  open.scheduler.start();
  const { outbox } = open;
  const [inbox, suppressions] = [container.get(Inbox), container.get(Suppressions)];
  for (const [name, part] of Object.entries({ outbox, inbox, ledger, suppressions, scheduler: open.scheduler })) {
    health.addLiveness(name, () => part.stalled());
  }
  health.addDetail('queues', () => queuesAnswer(client, queues));
  for (const consumer of consumers) {
    consumer.start();
    health.addLiveness(`queue ${consumer.queue}`, () => consumer.stalled());
  }
  open.consumers = consumers;
  logger.info('ready', { queues: config.WORKER_QUEUES, ops_port: open.ops.port });
  announceReady({ ops: open.ops.port });
}

/** The worker's end, in this order: take nothing new, finish what was begun, write down the rest, then let go of parts. */
function addSteps(
  shutdown: Shutdown,
  { open, health, starting, drainMs }: { open: Open; health: Health; starting: AbortController; drainMs: number },
): void {
  shutdown.step('readiness', async () => {
    health.drain();
    starting.abort();
  });
  shutdown.step('handlers', async () => {
    const ended = Promise.all([
      open.due?.stop(),
      open.scheduler?.stop(),
      ...(open.consumers ?? []).map((consumer) => consumer.stop({ deadlineMs: drainMs })),
    ]);
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(deadline.resolve, drainMs);
    await Promise.race([ended, deadline.promise]);
    clearTimeout(timer);
  });
  shutdown.step('listeners', async () => open.listeners?.stop());
  shutdown.step('mails under way', async () => {
    await open.delivery?.stop();
    await open.due?.stop();
  });
  shutdown.step('mail providers', async () => {
    await open.providers?.stop();
    await Promise.all((open.transports ?? []).map((transport) => transport.close()));
  });
  shutdown.step('queues', async () => {
    await open.outbox?.stop();
    await open.sender?.close();
    open.client?.destroy();
  });
  shutdown.step('ops server', async () => open.ops?.close());
  shutdown.step('database', async () => {
    await open.clockWatch?.stop();
    await open.database?.close();
  });
}

/** Asks for the depth of every queue: the cheapest call that shows SQS answers, knows us, and has the queue still. */
async function queuesAnswer(client: SqsClient, queues: QueueDirectory): Promise<void> {
  const api = new SdkSqsApi(client);
  await Promise.all(queues.names.map((name) => api.depth(queues.get(name).url)));
}

await runMain('worker', async () => {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    service: 'worker',
    version: manifest.version,
    commands,
    serve: () => serve(readConfig()),
  });
});
