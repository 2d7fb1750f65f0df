import { DeadRows, Scheduler } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { DeadLetters } from '@postern/sqs';
import { ContainerModule } from 'inversify';
import { QueueHistory } from '../history/queue-history.ts';
import { Ledger } from '../mail/delivery/ledger/ledger.ts';
import { MailSearch } from '../mail/delivery/ledger/mail-search.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';
import { Providers } from '../mail/delivery/providers.ts';
import { Suppressions } from '../mail/delivery/suppression/suppressions.ts';
import { Pauses } from '../pauses/pauses.ts';
import { gatewayPeer } from '../peer/gateway-peer.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { Console } from './console.ts';
import { deadLetterActs } from './pages/dead-letter-acts.ts';
import { deadLettersPages } from './pages/dead-letters-pages.ts';
import { mailsPages } from './pages/mails-pages.ts';
import { outboxPages } from './pages/outbox-pages.ts';
import { overviewPage } from './pages/overview-page.ts';
import { pauseActs } from './pages/pause-acts.ts';
import { queuesPages } from './pages/queues-pages.ts';
import { suppressionsPages } from './pages/suppressions-pages.ts';
import { tracePage } from './pages/trace-page.ts';
import { waitsPage } from './pages/waits-page.ts';

/** The operators' console, and what its areas show. */
export const consoleModule = ({ config, logger }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      Console,
      [Database, Ledger, Providers, Scheduler, Suppressions, RecipientHasher],
      (
        database: Database,
        ledger: Ledger,
        providers: Providers,
        scheduler: Scheduler,
        suppressions: Suppressions,
        hasher: RecipientHasher,
      ) =>
        new Console(database, logger, ({ acts, sqs }) => {
          // A look that does not wait asks only some of AWS's servers; other servers of SQS have no others.
          const waitSeconds = config.SQS_ENDPOINT === undefined ? 1 : 0;
          const letters = new DeadLetters(sqs.client, sqs.queues, { logger, clock: database.clock, waitSeconds });
          const pauses = new Pauses(database);
          const whole = { database, gateway: gatewayPeer(config, () => database.clock.now()) };
          return [
            ...overviewPage({ database, logger, ledger, providers, scheduler, sqs }),
            ...queuesPages({ database, logger, pauses, history: new QueueHistory(database), sqs }),
            ...pauseActs({ database, pauses, acts, sqs }),
            ...deadLettersPages(letters),
            ...deadLetterActs(letters, acts),
            ...tracePage(whole),
            ...waitsPage(whole),
            ...mailsPages({
              ledger,
              search: new MailSearch(database),
              hasher,
              clock: database.clock,
              acts,
            }),
            ...suppressionsPages({ suppressions, hasher, acts }),
            ...outboxPages({ rows: new DeadRows(database, { logger }), scheduler, acts }),
          ];
        }),
    );
  });
