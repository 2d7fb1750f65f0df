import { DeadRows, Outbox, ScheduleOrders } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { DeadLetters } from '@postern/sqs';
import { ContainerModule } from 'inversify';
import { LetterRegister } from '../dead-letters/letter-register.ts';
import { lookSeconds } from '../dead-letters/operating.ts';
import { Operations } from '../dead-letters/operations.ts';
import { writerKeys } from '../envelope-keys.ts';
import { QueueHistory } from '../history/queue-history.ts';
import { Ledger } from '../mail/delivery/ledger/ledger.ts';
import { MailSearch } from '../mail/delivery/ledger/mail-search.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';
import { Providers } from '../mail/delivery/providers.ts';
import { Suppressions } from '../mail/delivery/suppression/suppressions.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { Pauses } from '../pauses/pauses.ts';
import { gatewayPeer } from '../peer/gateway-peer.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { Console } from './console.ts';
import { deadLetterActs } from './pages/dead-letter-acts.ts';
import { deadLettersPages } from './pages/dead-letters-pages.ts';
import { mailsPages } from './pages/mails-pages.ts';
import { operationsPages } from './pages/operations-pages.ts';
import { outboxPages } from './pages/outbox-pages.ts';
import { overviewPage } from './pages/overview-page.ts';
import { pauseActs } from './pages/pause-acts.ts';
import { queuesPages } from './pages/queues-pages.ts';
import { requestsPage } from './pages/requests-page.ts';
import { schedulesPages } from './pages/schedules-pages.ts';
import { suppressionsPages } from './pages/suppressions-pages.ts';
import { tracePage } from './pages/trace-page.ts';
import { waitsPage } from './pages/waits-page.ts';

/** The operators' console, and what its areas show. */
export const consoleModule = ({ config, logger }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      Console,
      [Database, Ledger, Providers, Suppressions, RecipientHasher, LetterRegister, Operations, Outbox],
      (database, ledger, providers, suppressions, hasher, register, operations, outbox) =>
        new Console(database, logger, ({ acts, sqs }) => {
          const waitSeconds = lookSeconds(config.SQS_ENDPOINT);
          const letters = new DeadLetters(sqs.client, sqs.queues, { logger, clock: database.clock, waitSeconds });
          const audit = new OperatorAudit(database);
          const dead = { letters, register, operations };
          const pauses = new Pauses(database);
          const orders = new ScheduleOrders(database);
          const whole = { database, gateway: gatewayPeer(config, () => database.clock.now()) };
          return [
            ...overviewPage({
              database,
              logger,
              ledger,
              providers,
              orders,
              register: dead.register,
              sqs,
              gateway: whole.gateway,
            }),
            ...queuesPages({ database, logger, pauses, history: new QueueHistory(database), sqs }),
            ...pauseActs({ database, pauses, acts, sqs }),
            ...deadLettersPages(dead),
            ...deadLetterActs({ ...dead, database, outbox, keys: writerKeys(config), audit }),
            ...operationsPages(operations),
            ...requestsPage(whole),
            ...tracePage(whole, (address) => hasher.hash(address)),
            ...waitsPage(whole),
            ...mailsPages({
              ledger,
              search: new MailSearch(database),
              hasher,
              clock: database.clock,
              acts,
            }),
            ...suppressionsPages({ suppressions, hasher, acts }),
            ...outboxPages({ rows: new DeadRows(database, { logger }), acts, gateway: whole.gateway }),
            ...schedulesPages({ orders, acts, gateway: whole.gateway }),
          ];
        }),
    );
  });
