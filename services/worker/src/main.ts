import { setTimeout as sleep } from 'node:timers/promises';
import { Inbox, JobRecords, JobRunner, Outbox, ReplicaBeat, Scheduler } from '@postern/durable';
import { ConfigError, rereadRings, runCommandLine, runMain, ServiceProcess } from '@postern/runtime';
import { type ReceivedMessage, SqsSender } from '@postern/sqs';
import { migrations } from '../migrations/index.ts';
import { commands } from './commands/index.ts';
import { type Config, readConfig } from './config.ts';
import { Console } from './console/console.ts';
import { openConsole } from './console/open-console.ts';
import { createConsumers, queueHandlers } from './consumers.ts';
import { createContainer } from './container.ts';
import { registerGivenUp } from './dead-letters/given-up.ts';
import { LetterRegister } from './dead-letters/letter-register.ts';
import { Operating } from './dead-letters/operating.ts';
import { ParkedLetters } from './dead-letters/parked-letters.ts';
import { HistoryRecorder } from './history/history-recorder.ts';
import { QueueHistory } from './history/queue-history.ts';
import { JobRouter } from './jobs/job-router.ts';
import { ListenerRegistry } from './listeners/listener-registry.ts';
import { ListenerTries } from './listeners/listener-tries.ts';
import { PatientDispatcher } from './listeners/patient-dispatcher.ts';
import { DueMails } from './mail/delivery/due-mails.ts';
import { Ledger } from './mail/delivery/ledger/ledger.ts';
import { markRecipientKey } from './mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from './mail/delivery/ledger/recipient.ts';
import { MailDelivery } from './mail/delivery/mail-delivery.ts';
import { Mailer } from './mail/delivery/mailer.ts';
import { ProviderEvents } from './mail/delivery/provider-events/provider-events.ts';
import { Providers } from './mail/delivery/providers.ts';
import { Suppressions } from './mail/delivery/suppression/suppressions.ts';
import { PauseWatch } from './pauses/pause-watch.ts';
import { HandlerBreakers } from './policies/handler-breakers.ts';
import { release } from './release.ts';
import { NOTHING_YET, replicaFacts } from './replica-facts.ts';
import { openResources } from './resources.ts';
import { queuesAnswer, workerQueues } from './worker-queues.ts';

/** Of the shutdown's time, what the handlers get; the rest is for writing down what was cut off. */
const DRAIN_SHARE = 0.8;
/** Of that, for how long a ledger that cannot be written is tried. */
const WRITE_SHARE = 0.4;

/** Configuration, resources, container, consume; and what ends when, which is the reverse of what began when. */
async function serve(config: Config): Promise<void> {
  const resources = openResources(config);
  const { logger, metrics, database, client, transports } = resources;
  const { clock } = database;
  const named = { service: 'worker', version: release, telemetry: config };
  const service = new ServiceProcess({ ...resources, ...named, migrations, graceMs: config.SHUTDOWN_GRACE_MS });
  const { health } = service;
  let consuming = false;
  // A rollout that waits for readiness must not wait for SQS: nothing is lost, and the old replicas have none either.
  health.addDetail('started', async () => {
    if (!consuming) throw new Error('waiting for the database or SQS');
  });

  await service.start(async () => {
    // Hashes of recipients are in the tables: their key is the one that this process started with.
    service.onHangUp(async () => {
      const { RECIPIENT_KEY: _hashes, ...fresh } = readConfig();
      return rereadRings(config, fresh);
    });
    await service.openOps('WORKER_OPS_PORT', {
      host: config.WORKER_OPS_HOST,
      port: config.WORKER_OPS_PORT,
    });
    service.onStop('SQS client', async () => client.destroy());
    service.onStop('mail transports', async () => {
      await Promise.all(transports.map((transport) => transport.close()));
    });
    await service.waitForDatabase();
    await service.waitFor({
      name: 'the database',
      open: () => markRecipientKey(database, new RecipientHasher(config.RECIPIENT_KEY.writing.bytes)),
      mayPass: (error) => !(error instanceof ConfigError),
    });
    let facts: ReturnType<typeof replicaFacts> | undefined;
    const beat = new ReplicaBeat(database, {
      version: release,
      logger,
      facts: () => facts?.() ?? NOTHING_YET,
    });
    service.onStop('replica', () => beat.stop());
    beat.start();
    const queues = await service.waitFor(workerQueues(client, config));
    const sender = new SqsSender(client, queues, { clock });

    const container = createContainer({ config, logger, metrics, clock, database, sender, transports });
    const [outbox, inbox, ledger] = [container.get(Outbox), container.get(Inbox), container.get(Ledger)];
    const [suppressions, scheduler] = [container.get(Suppressions), container.get(Scheduler)];
    const [providers, delivery, due] = [container.get(Providers), container.get(MailDelivery), container.get(DueMails)];
    const mailer = container.get(Mailer);
    const [listeners, tries] = [container.get(ListenerRegistry), container.get(ListenerTries)];
    const [runner, records] = [container.get(JobRunner), container.get(JobRecords)];
    const operators = container.get(Console, { optional: true });
    const http = operators && (await openConsole(operators, { service, client, config }));
    const handlers = queueHandlers(
      {
        dispatcher: container.get(PatientDispatcher),
        router: container.get(JobRouter),
        runner,
        providerEvents: container.get(ProviderEvents, { optional: true }),
      },
      { logger, clock },
    );
    const register = registerGivenUp(container.get(LetterRegister), { logger, now: () => clock.now() });
    const givenUp = async (message: ReceivedMessage, error: unknown) => {
      await register(message, error);
      await runner.givenUp(message, error);
    };
    const consumers = createConsumers(handlers, {
      ...{ client, queues, config, logger, metrics, clock },
      givenUp: { jobs: givenUp, mails: givenUp, events: register, foreign: register },
    });
    for (const consumer of consumers) consumer.checkSettings();
    const sendsMail = config.WORKER_QUEUES.includes('mail');
    const pauses = container.get(PauseWatch);
    facts = replicaFacts({
      ...{ consumers, providers: sendsMail ? providers.all : [], pauses, clock },
      breakers: container.get(HandlerBreakers),
    });
    // Whoever pauses a queue counts this replica from here on, and waits for it.
    beat.soon();

    service.onStop('outbox and sender', async () => {
      await outbox.stop();
      await Promise.all([records.flush(), tries.flush()]);
      await sender.close();
    });
    service.onStop('mail providers', () => providers.stop());
    service.onStop('mails under way', async () => {
      await delivery.stop();
      await due.stop();
    });
    const parts = [...consumers, ...(sendsMail ? [due] : [])];
    await service.waitFor({ name: 'pauses', open: () => pauses.enter(parts) });
    if (sendsMail) {
      providers.start();
      due.start();
      health.addDetail('mail providers', async () => providers.check());
      health.addLiveness('due mails', () => due.stalled());
    }
    if (config.WORKER_QUEUES.includes('events')) {
      service.onStop('listeners', () => listeners.stop());
      await listeners.enter(service.stopping);
    }
    const drainMs = config.SHUTDOWN_GRACE_MS * DRAIN_SHARE;
    service.onStop('handlers', async () => {
      // What would begin only when another has ended might not end in time, and its fate would be unknown.
      mailer.refuseWaiting();
      providers.refuseWaiting();
      delivery.hurry(drainMs * WRITE_SHARE);
      const drained = consumers.map((consumer) => consumer.stop({ deadlineMs: drainMs }));
      const ended = Promise.all([due.stop(), scheduler.stop(), ...drained]).then(() => delivery.idle());
      await Promise.race([ended, sleep(drainMs, undefined, { ref: false })]);
    });
    const recorder = new HistoryRecorder(new QueueHistory(database), { logger, clock });
    recorder.start(consumers);
    pauses.start(() => beat.soon());
    beat.soon();
    outbox.start();
    const operating = container.get(Operating).start(client, queues, config);
    const parked = container.get(ParkedLetters).watch(service.stopping);
    service.onStop('what runs beside the handlers', async () => {
      // Should the database be silent, the little that can still be done must not wait for it, nor one part for the other.
      database.hurry();
      await Promise.all([recorder.stop(), pauses.stop(), operating.stop(), parked]);
    });
    scheduler.start();
    for (const [name, part] of Object.entries({ outbox, inbox, records, tries, ledger, suppressions, scheduler })) {
      health.addLiveness(name, () => part.stalled());
    }
    health.addDetail('queues', () => queuesAnswer(client, queues));
    for (const consumer of consumers) {
      consumer.start();
      health.addLiveness(`queue ${consumer.queue}`, () => consumer.stalled());
    }
    consuming = true;
    service.ready('ready', http === undefined ? {} : { http }, { queues: config.WORKER_QUEUES });
  });
}

await runMain('worker', async () => {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    service: 'worker',
    version: release,
    commands,
    serve: () => serve(readConfig()),
  });
});
