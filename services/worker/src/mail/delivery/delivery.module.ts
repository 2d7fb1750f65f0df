import { bindConstant, bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { HandlerBreakers } from '../../policies/handler-breakers.ts';
import { Semaphore } from '../../policies/semaphore.ts';
import { SharedRates } from '../../policies/shared-rates.ts';
import type { WorkerParts } from '../../worker-parts.ts';
import { createMailLinks } from '../content/links.ts';
import { DueMails } from './due-mails.ts';
import { Ledger } from './ledger/ledger.ts';
import { RecipientHasher } from './ledger/recipient.ts';
import { MailComposer } from './mail-composer.ts';
import { type DeliveryTools, MailDelivery } from './mail-delivery.ts';
import { MailMetrics } from './mail-metrics.ts';
import { MailPlanner } from './mail-planner.ts';
import { MailQueues } from './mail-queue.ts';
import { Mailer } from './mailer.ts';
import { Providers } from './providers.ts';
import { RateLimits } from './rate-limits.ts';
import { OptOuts } from './suppression/opt-outs.ts';
import { Suppressions } from './suppression/suppressions.ts';
import { tryLimitMs } from './try-limit.ts';

/** Mails under way for each connection: one in its conversation, the others before and after it, in the ledger. */
const MAILS_PER_CONNECTION = 12;
/** Mails that are due, taken up at a time. */
const DUE_BATCH = 50;

/** Mails: composed, planned, delivered, and what is known of each. */
export const deliveryModule = ({ config, logger, metrics, clock, sender, transports, mails, writer }: WorkerParts) =>
  new ContainerModule((module) => {
    bindConstant(module, RecipientHasher, new RecipientHasher(config.RECIPIENT_KEY.writing.bytes));
    bindFactory(module, Ledger, [Database], (db) => new Ledger(db, clock, { leaseMs: config.MAIL_LEASE_MS }));
    bindFactory(module, Suppressions, [Database], (db) => new Suppressions(db, clock));
    bindFactory(module, OptOuts, [Database], (db) => new OptOuts(db));
    bindFactory(module, SharedRates, [Database], (db) => new SharedRates(db, clock));
    bindFactory(module, HandlerBreakers, [], () => new HandlerBreakers(metrics));
    bindFactory(module, RateLimits, [SharedRates], (rates) => new RateLimits(rates, config.rates));
    bindFactory(module, MailMetrics, [Ledger], (ledger) => new MailMetrics(metrics, ledger, clock));
    bindFactory(module, Providers, [], () => new Providers(transports, clock, logger));
    bindFactory(
      module,
      MailPlanner,
      [Providers, Suppressions, OptOuts, RateLimits],
      (providers, suppressions, optOuts, rates) => new MailPlanner(providers, { suppressions, optOuts }, rates, clock),
    );
    const tools = (ledger: Ledger, suppressions: Suppressions, mailMetrics: MailMetrics): DeliveryTools => ({
      ledger,
      suppressions,
      metrics: mailMetrics,
      clock,
      logger,
    });
    bindFactory(
      module,
      MailDelivery,
      [MailPlanner, Ledger, Suppressions, MailMetrics],
      (planner, ...rest) => new MailDelivery(planner, tools(...rest), tryLimitMs(config.MAIL_LEASE_MS, transports)),
    );
    bindFactory(module, MailComposer, [], () => {
      const linksFor = createMailLinks({ keys: config.LINK_KEY, publicUrl: config.PUBLIC_URL, appUrl: config.APP_URL });
      const settings = {
        brand: {
          name: config.PRODUCT_NAME,
          ...(config.MAIL_REPLY_TO === undefined ? {} : { supportAddress: config.MAIL_REPLY_TO }),
        },
        from: config.MAIL_FROM,
        replyTo: config.MAIL_REPLY_TO,
        returnPath: config.MAIL_RETURN_PATH,
      };
      return new MailComposer(mails, linksFor, settings, clock);
    });
    bindFactory(
      module,
      Mailer,
      [MailComposer, MailPlanner, MailDelivery, RecipientHasher, Ledger, Suppressions, MailMetrics],
      (composer, planner, delivery, hasher, ...rest) => {
        const room = new Semaphore(
          MAILS_PER_CONNECTION * Math.max(...transports.map(({ concurrency }) => concurrency)),
        );
        return new Mailer(composer, planner, delivery, {
          ...tools(...rest),
          ...{ hasher, lifetimeMs: config.MAIL_LIFETIME_MS, room },
        });
      },
    );
    bindFactory(
      module,
      DueMails,
      [Ledger, Mailer, Providers],
      (ledger, mailer, providers) =>
        new DueMails(ledger, mailer, { providers, pollMs: config.MAIL_POLL_MS, batch: DUE_BATCH, logger, clock }),
    );
    bindFactory(module, MailQueues, [], () => new MailQueues(sender, mails, writer));
  });
