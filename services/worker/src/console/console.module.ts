import { Scheduler } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { Ledger } from '../mail/delivery/ledger/ledger.ts';
import { Providers } from '../mail/delivery/providers.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { Console } from './console.ts';
import { overviewPage } from './pages/overview-page.ts';

/** The operators' console, and what its areas show. */
export const consoleModule = ({ logger }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      Console,
      [Database, Ledger, Providers, Scheduler],
      (database: Database, ledger: Ledger, providers: Providers, scheduler: Scheduler) =>
        new Console(database, logger, ({ sqs }) => [
          ...overviewPage({ database, logger, ledger, providers, scheduler, sqs }),
        ]),
    );
  });
