import { Inbox, JobDispatcher, JobRunner, Outbox, Scheduler } from '@postern/durable';
import { EnvelopeReader, EnvelopeWriter, events, jobs, WORKER } from '@postern/events';
import { bindConstant, type Clock, Database, type Logger, type Metrics, type Token } from '@postern/runtime';
import type { MessageSender } from '@postern/sqs';
import { Container } from 'inversify';
import type { Config } from './config.ts';
import { RETRY } from './consumers.ts';
import { writerKeys } from './envelope-keys.ts';
import { jobEncoder } from './jobs/encode-job.ts';
import { jobHandlers } from './jobs/index.ts';
import { JobRouter } from './jobs/job-router.ts';
import { jobReader } from './jobs/read-job.ts';
import { EventDispatcher } from './listeners/event-dispatcher.ts';
import { listeners } from './listeners/index.ts';
import { ListenerRegistry } from './listeners/listener-registry.ts';
import { measured } from './listeners/measured.ts';
import { PatientDispatcher } from './listeners/patient-dispatcher.ts';
import { PatientReader } from './listeners/patient-reader.ts';
import { unsignedWindow } from './listeners/unsigned-window.ts';
import { createMailLinks } from './mail/content/links.ts';
import type { MailCatalog } from './mail/content/mail-catalog.ts';
import { mails as allMails } from './mail/content/mails/index.ts';
import { DueMails } from './mail/delivery/due-mails.ts';
import { tryLimitMs } from './mail/delivery/lease-time.ts';
import { forgetPerson } from './mail/delivery/ledger/forget-person.ts';
import { Ledger } from './mail/delivery/ledger/ledger.ts';
import { RecipientHasher } from './mail/delivery/ledger/recipient.ts';
import { MailComposer } from './mail/delivery/mail-composer.ts';
import { type DeliveryTools, MailDelivery } from './mail/delivery/mail-delivery.ts';
import { MailMetrics } from './mail/delivery/mail-metrics.ts';
import { MailPlanner } from './mail/delivery/mail-planner.ts';
import { MailQueues } from './mail/delivery/mail-queue.ts';
import { Mailer } from './mail/delivery/mailer.ts';
import { Permits } from './mail/delivery/permits.ts';
import { ProviderEvents } from './mail/delivery/provider-events/provider-events.ts';
import { Providers } from './mail/delivery/providers.ts';
import { RateLimits } from './mail/delivery/rate-limits.ts';
import { OptOuts } from './mail/delivery/suppression/opt-outs.ts';
import { Suppressions } from './mail/delivery/suppression/suppressions.ts';
import type { MailTransport } from './mail/delivery/transports/mail-transport.ts';
import { schedules } from './schedules/index.ts';

/** What `main.ts` opens: it owns their order, and their end. */
export interface Resources {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  database: Database;
  sender: MessageSender;
  transports: readonly MailTransport[];
  /** Default: all of mail/content/mails. */
  mails?: MailCatalog | undefined;
}

const DAY_MS = 86_400_000;
/** Longer than any message's way (14 days on its queue, 14 as a dead letter), and less than inbox and ledger remember (30 days). */
const MAX_AGE_MS = 28 * DAY_MS;
/** Mails under way for each connection: one in its conversation, the others before and after it, in the ledger. */
const MAILS_PER_CONNECTION = 12;
/** Mails that are due, taken up at a time. */
const DUE_BATCH = 50;

/** Everything of the worker, each made once when first asked for. */
export function createContainer(resources: Resources): Container {
  const { config, logger, metrics, clock, database, sender, transports, mails = allMails } = resources;
  const container = new Container();
  const writer = new EnvelopeWriter(WORKER, config.WORKER_ENVELOPE_KEY);
  const keys = writerKeys(config);
  const now = () => clock.now();
  const unsigned = unsignedWindow(config.ACCEPT_UNSIGNED_UNTIL, { logger, metrics, clock });
  const eventReader = new EnvelopeReader(events, keys, { unsigned, maxAgeMs: MAX_AGE_MS, now });
  const jobEnvelopes = new EnvelopeReader(jobs, keys, { unsigned, maxAgeMs: MAX_AGE_MS, now });

  function bind<T, Args extends unknown[]>(
    token: Token<T>,
    dependencies: [...{ [Index in keyof Args]: Token<Args[Index]> }],
    make: (...args: Args) => T,
  ): void {
    container
      .bind<T>(token)
      .toResolvedValue((...args: unknown[]) => make(...(args as Args)), dependencies as Token<unknown>[])
      .inSingletonScope();
  }

  bindConstant(container, Database, database);
  bindConstant(container, RecipientHasher, new RecipientHasher(config.RECIPIENT_KEY.writing.bytes));
  bind(Inbox, [Database], (db: Database) => new Inbox(db, { clock }));
  bind(Ledger, [Database], (db: Database) => new Ledger(db, clock, { leaseMs: config.MAIL_LEASE_MS }));
  bind(Suppressions, [Database], (db: Database) => new Suppressions(db, clock));
  bind(OptOuts, [Database], (db: Database) => new OptOuts(db, clock));
  bind(RateLimits, [Database], (db: Database) => new RateLimits(db, clock, config.rates));
  bind(MailMetrics, [Ledger], (ledger: Ledger) => new MailMetrics(metrics, ledger, clock));
  bind(Providers, [], () => new Providers(transports, clock, logger));
  bind(
    MailPlanner,
    [Providers, Suppressions, OptOuts, RateLimits],
    (providers: Providers, suppressions: Suppressions, optOuts: OptOuts, rates: RateLimits) =>
      new MailPlanner(providers, { suppressions, optOuts }, rates, clock),
  );
  const tools = (ledger: Ledger, suppressions: Suppressions, mailMetrics: MailMetrics): DeliveryTools => ({
    ledger,
    suppressions,
    metrics: mailMetrics,
    clock,
    logger,
  });
  bind(
    MailDelivery,
    [MailPlanner, Ledger, Suppressions, MailMetrics],
    (planner: MailPlanner, ...rest: Parameters<typeof tools>) =>
      new MailDelivery(planner, tools(...rest), tryLimitMs(config.MAIL_LEASE_MS, transports)),
  );
  bind(MailComposer, [], () => {
    const linksFor = createMailLinks({ keys: config.LINK_KEY, publicUrl: config.PUBLIC_URL, appUrl: config.APP_URL });
    const settings = {
      brand: {
        name: config.MAIL_BRAND,
        ...(config.MAIL_REPLY_TO === undefined ? {} : { supportAddress: config.MAIL_REPLY_TO }),
      },
      from: config.MAIL_FROM,
      replyTo: config.MAIL_REPLY_TO,
      returnPath: config.MAIL_RETURN_PATH,
    };
    return new MailComposer(mails, linksFor, settings, clock);
  });
  bind(
    Mailer,
    [MailComposer, MailPlanner, MailDelivery, RecipientHasher, Ledger, Suppressions, MailMetrics],
    (
      composer: MailComposer,
      planner: MailPlanner,
      delivery: MailDelivery,
      hasher: RecipientHasher,
      ...rest: Parameters<typeof tools>
    ) => {
      const room = new Permits(MAILS_PER_CONNECTION * Math.max(...transports.map(({ concurrency }) => concurrency)));
      return new Mailer(composer, planner, delivery, {
        ...tools(...rest),
        ...{ hasher, lifetimeMs: config.MAIL_LIFETIME_MS, room },
      });
    },
  );
  bind(
    DueMails,
    [Ledger, Mailer],
    (ledger: Ledger, mailer: Mailer) =>
      new DueMails(ledger, mailer, { pollMs: config.MAIL_POLL_MS, batch: DUE_BATCH, logger, clock }),
  );
  bind(
    ProviderEvents,
    [Ledger, Suppressions, RecipientHasher, MailMetrics],
    (ledger: Ledger, suppressions: Suppressions, hasher: RecipientHasher, mailMetrics: MailMetrics) =>
      new ProviderEvents(ledger, suppressions, { hasher, metrics: mailMetrics, logger, clock }),
  );
  bind(Outbox, [Database], (db: Database) => {
    const renew = (body: string) => writer.renew(body, clock.now());
    return new Outbox(db, sender, { logger, metrics, clock, renew });
  });
  bind(
    JobDispatcher,
    [Database, Outbox],
    (db: Database, outbox: Outbox) => new JobDispatcher(db, outbox, { clock, encode: jobEncoder(writer) }),
  );
  bind(
    JobRunner,
    [Database, Inbox, Outbox],
    (db: Database, inbox: Inbox, outbox: Outbox) =>
      new JobRunner(db, inbox, outbox, {
        ...{ logger, clock, attempts: RETRY.attempts },
        read: jobReader(jobEnvelopes),
      }),
  );
  bind(Scheduler, [Database, JobDispatcher], (db: Database, dispatcher: JobDispatcher) => {
    const scheduler = new Scheduler(db, { logger, clock, dispatcher });
    for (const schedule of schedules) scheduler.add(schedule);
    return scheduler;
  });
  bind(MailQueues, [], () => new MailQueues(sender, mails, writer));
  bind(
    EventDispatcher,
    [Inbox, MailQueues, RecipientHasher, ProviderEvents, JobDispatcher, OptOuts],
    (
      inbox: Inbox,
      queues: MailQueues,
      hasher: RecipientHasher,
      providerEvents: ProviderEvents,
      dispatcher: JobDispatcher,
      optOuts: OptOuts,
    ) =>
      new EventDispatcher(
        listeners.map((listener) => measured(listener, metrics)),
        inbox,
        ({ name }, { id, traceparent, data }) => ({
          mail: queues.for({ listener: name, eventId: id, traceparent, locale: localeOf(data) }),
          forget: (address) => forgetPerson(database, hasher, address),
          unsubscribe: (recipientHash, mail) => optOuts.add(recipientHash, mail),
          feedback: (news, options) => providerEvents.take(news, options),
          dispatch: async (job, data, options) => {
            await dispatcher.dispatch(job, data, { ...options, ...(traceparent === undefined ? {} : { traceparent }) });
          },
        }),
        new PatientReader(eventReader, config.WORKER_UNKNOWN_MS),
      ),
  );
  bind(ListenerRegistry, [Database], (db: Database) => new ListenerRegistry(db, listeners, { clock, logger }));
  bind(
    PatientDispatcher,
    [EventDispatcher, ListenerRegistry],
    (dispatcher: EventDispatcher, registry: ListenerRegistry) =>
      new PatientDispatcher(dispatcher, registry, config.WORKER_UNKNOWN_MS),
  );
  bind(JobRouter, [Mailer, Database], (mailer: Mailer, db: Database) => {
    const reader = new PatientReader(jobEnvelopes, config.WORKER_UNKNOWN_MS);
    const mailRetentionMs = config.MAIL_RETENTION_DAYS * DAY_MS;
    return new JobRouter(jobHandlers({ mailer, database: db, mailRetentionMs, clock }), reader);
  });
  return container;
}

function localeOf(data: unknown): string | undefined {
  const { locale } = (data ?? {}) as { locale?: unknown };
  return typeof locale === 'string' ? locale : undefined;
}
