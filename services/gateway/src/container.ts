import { Outbox } from '@postern/durable';
import { EnvelopeWriter, GATEWAY } from '@postern/events';
import { bindClass, bindConstant, Clock, Database, Logger, Metrics } from '@postern/runtime';
import { Container } from 'inversify';
import { bindRoutes } from './accounts/bind-routes.ts';
import { bindAccounts } from './accounts/bindings.ts';
import { AccountsConfig } from './accounts/config.ts';
import type { GatewayConfig } from './config.ts';
import { mailFeedbackRoutes } from './mail-feedback/mail-feedback-routes.ts';
import { WebhookSecrets, WebhookSignature } from './mail-feedback/webhook-signature.ts';
import { EventPublisher } from './outbox/event-publisher.ts';

/** What has to be opened, and in the end closed, in an order that `main.ts` knows. */
export interface Resources {
  database: Database;
  outbox: Outbox;
  logger: Logger;
  metrics: Metrics;
}

/**
 * The composition root: the only place that knows which class stands behind which port. The operations of all capabilities
 * are `container.getAll(AccountRoutes)`.
 */
export function createContainer({ accounts, env }: GatewayConfig, resources: Resources): Container {
  const container = new Container();
  bindConstant(container, Database, resources.database);
  bindConstant(container, Outbox, resources.outbox);
  bindConstant(container, Logger, resources.logger);
  bindConstant(container, Metrics, resources.metrics);
  bindConstant(container, AccountsConfig, accounts);
  bindConstant<Clock>(container, Clock, resources.database.clock);
  bindConstant(container, EnvelopeWriter, new EnvelopeWriter(GATEWAY, env.GATEWAY_ENVELOPE_KEY));
  bindClass(container, EventPublisher, EventPublisher, [Outbox, EnvelopeWriter, Clock]);
  bindAccounts(container);
  // Without a secret no webhook could be genuine: there is no such operation then.
  if (env.MAIL_WEBHOOK_SECRETS.length > 0) {
    bindConstant(container, WebhookSecrets, new WebhookSecrets(env.MAIL_WEBHOOK_SECRETS));
    bindClass(container, WebhookSignature, WebhookSignature, [WebhookSecrets, Clock]);
    bindRoutes(container, mailFeedbackRoutes, [WebhookSignature, EventPublisher]);
  }
  return container;
}
