import { randomUUID } from 'node:crypto';
import { JobDispatcher, JobRunner, Outbox, ScheduleOrders, Scheduler } from '@postern/durable';
import type { QueueName } from '@postern/events';
import { MemoryLogger, Metrics, newId, SystemClock } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import type { ReceivedMessage } from '@postern/sqs';
import { SyncSender } from '@postern/sqs/testing';
import { vi } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { readConfig } from '../../src/config.ts';
import { queueHandlers } from '../../src/consumers.ts';
import { createContainer } from '../../src/container.ts';
import { JobRouter } from '../../src/jobs/job-router.ts';
import { pruneRows } from '../../src/jobs/prune-rows.ts';
import { PatientDispatcher } from '../../src/listeners/patient-dispatcher.ts';
import type { MailCatalog } from '../../src/mail/content/mail-catalog.ts';
import { DueMails } from '../../src/mail/delivery/due-mails.ts';
import { Ledger } from '../../src/mail/delivery/ledger/ledger.ts';
import { mailId } from '../../src/mail/delivery/ledger/mail-identity.ts';
import { RecipientHasher } from '../../src/mail/delivery/ledger/recipient.ts';
import { MailDelivery } from '../../src/mail/delivery/mail-delivery.ts';
import { Mailer, type MailOrder } from '../../src/mail/delivery/mailer.ts';
import { ProviderEvents } from '../../src/mail/delivery/provider-events/provider-events.ts';
import { Providers } from '../../src/mail/delivery/providers.ts';
import { OptOuts } from '../../src/mail/delivery/suppression/opt-outs.ts';
import { Suppressions } from '../../src/mail/delivery/suppression/suppressions.ts';
import { openTransports } from '../../src/mail/delivery/transports/open-transport.ts';
import { schedules } from '../../src/schedules/all.ts';

/** A clock that only a test moves on, from the real time, so that no delay or window ends by a busy machine. What sleeps does so in real time. */
export class MovableClock extends SystemClock {
  #now = Date.now();
  override now(): Date {
    return new Date(this.#now);
  }
  override monotonic(): number {
    return this.#now;
  }
  forward(ms: number): void {
    this.#now += ms;
  }
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const TEST_SECRETS = {
  AWS_REGION: 'us-east-1',
  RECIPIENT_KEY: Buffer.alloc(32, 10).toString('base64'),
  GATEWAY_ENVELOPE_KEY: `g1:${Buffer.alloc(32, 8).toString('base64')}`,
  WORKER_ENVELOPE_KEY: `w1:${Buffer.alloc(32, 9).toString('base64')}`,
  LINK_KEY: Buffer.alloc(32, 7).toString('base64'),
  PUBLIC_URL: 'https://accounts.example.com',
  MAIL_FROM: 'Postern <hello@mail.example.com>',
};

/** The mail side of a worker with a real database and real SMTP, in this process; a second one is a second replica. */
export async function openMailSide(
  env: Record<string, string>,
  shared?: { test: TestDatabase; clock: MovableClock },
  mails?: MailCatalog,
) {
  const test = shared?.test ?? (await testDatabase('mails', migrations));
  const clock = shared?.clock ?? new MovableClock();
  const logger = new MemoryLogger();
  const metrics = new Metrics({ defaults: false });
  const config = readConfig({ DATABASE_URL: test.url, ...TEST_SECRETS, ...env });
  const transports = openTransports(config);
  const handle = async (message: ReceivedMessage) => {
    const parts = { dispatcher: container.get(PatientDispatcher), router: container.get(JobRouter) };
    const ofJobs = { runner: container.get(JobRunner), providerEvents: undefined };
    await queueHandlers({ ...parts, ...ofJobs }, { logger, clock })[message.queue as QueueName]?.(message);
  };
  const sender = new SyncSender({ handlers: { jobs: handle, mail: handle }, clock });
  const { database } = test;
  const container = createContainer({ config, logger, metrics, clock, database, sender, transports, mails });
  const side = {
    test,
    clock,
    logger,
    metrics,
    config,
    database,
    jobs: container.get(JobDispatcher),
    outbox: container.get(Outbox),
    runner: container.get(JobRunner),
    mailer: container.get(Mailer),
    ledger: container.get(Ledger),
    due: container.get(DueMails),
    providers: container.get(Providers),
    delivery: container.get(MailDelivery),
    suppressions: container.get(Suppressions),
    optOuts: container.get(OptOuts),
    hasher: container.get(RecipientHasher),
    providerEvents: container.get(ProviderEvents),

    /** Sends a mail with a link (`resend-twice`) or, with `mail: 'welcome'`, a notice. */
    async send(order: Partial<MailOrder> = {}): Promise<string> {
      const key = order.key ?? `${newId()}/send-verification/verification`;
      const expires = new Date(clock.now().getTime() + DAY);
      await side.mailer.send({
        key,
        mail: 'verification',
        to: 'ann@example.com',
        locale: 'en',
        data: { first_name: 'Ann', token_id: randomUUID(), expires_at: expires.toISOString() },
        expiresAt: expires,
        ...order,
      });
      return key;
    },
    /** A replica's scheduler, which has looked at the clock once: from then on its schedules come due. */
    async scheduler(): Promise<{ list: ScheduleOrders['list']; tick: Scheduler['tick'] }> {
      const scheduler = new Scheduler(database, { logger, clock, dispatcher: container.get(JobDispatcher) });
      // Postern's own: the jobs of a product's may be anything.
      const own = schedules.filter((each) => 'call' in each && each.call.job.type === pruneRows.type);
      for (const schedule of own) scheduler.add(schedule);
      await scheduler.tick();
      return {
        list: () => new ScheduleOrders(database).list(),
        /** Fires what is due, and resolves when its jobs are done. */
        tick: async () => {
          const fired = await scheduler.tick();
          await vi.waitUntil(async () => (await container.get(Outbox).pending()) === 0, { timeout: 120_000 });
          return fired;
        },
      };
    },
    /** Moves time on and takes up what is due then. */
    async later(ms: number): Promise<number> {
      clock.forward(ms);
      return side.due.round();
    },
    /** The states a mail went through, oldest first. */
    async states(key: string): Promise<string[]> {
      return (await side.ledger.history(mailId(key))).map(({ state }) => state);
    },
    async state(key: string): Promise<string | undefined> {
      return (await side.ledger.find(mailId(key)))?.state;
    },
    async close(): Promise<void> {
      await side.delivery.stop();
      await side.providers.stop();
      await Promise.all(transports.map((transport) => transport.close()));
      if (!shared) await test.close();
    },
  };
  return side;
}

export type MailSide = Awaited<ReturnType<typeof openMailSide>>;
