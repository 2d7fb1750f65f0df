import { bindFactory } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import type { WorkerParts } from '../../../worker-parts.ts';
import { Ledger } from '../ledger/ledger.ts';
import { RecipientHasher } from '../ledger/recipient.ts';
import { MailMetrics } from '../mail-metrics.ts';
import { Suppressions } from '../suppression/suppressions.ts';
import { ProviderEvents } from './provider-events.ts';

/** What mail providers report: by their queue, and by webhooks that arrive as events. */
export const providerEventsModule = ({ logger, clock }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      ProviderEvents,
      [Ledger, Suppressions, RecipientHasher, MailMetrics],
      (ledger, suppressions, hasher, mailMetrics) =>
        new ProviderEvents(ledger, suppressions, { hasher, metrics: mailMetrics, logger, clock }),
    );
  });
