import { Outbox, Scheduler } from '@postern/durable';
import { EnvelopeWriter, GATEWAY, subscribers } from '@postern/events';
import { bindConstant, bindFactory, Clock, Database, Logger, Metrics } from '@postern/runtime';
import { Container, type ContainerModule } from 'inversify';
import { AccountsConfig } from './accounts/config.ts';
import { type GatewayConfig, GatewayEnv } from './config.ts';
import { WebhookSecrets } from './mail-feedback/webhook-signature.ts';
import { modules } from './modules.ts';
import { EventPublisher } from './outbox/event-publisher.ts';
import { JobPublisher } from './outbox/job-publisher.ts';
import { schedules } from './schedules/all.ts';
import { gatewayScheduler } from './schedules/gateway-schedule.ts';

/** What has to be opened, and in the end closed, in an order that `main.ts` knows. */
interface Resources {
  database: Database;
  outbox: Outbox;
  logger: Logger;
  metrics: Metrics;
}

/**
 * The composition root: the only place that knows which class implements which port. The operations of all capabilities
 * are `container.getAll(Routes)`.
 */
export function createContainer(
  { accounts, env }: GatewayConfig,
  resources: Resources,
  capabilities: readonly ContainerModule[] = modules,
): Container {
  const container = new Container();
  bindConstant(container, Database, resources.database);
  bindConstant(container, Outbox, resources.outbox);
  bindConstant(container, Logger, resources.logger);
  bindConstant(container, Metrics, resources.metrics);
  bindConstant(container, AccountsConfig, accounts);
  bindConstant(container, GatewayEnv, env);
  bindConstant<Clock>(container, Clock, resources.database.clock);
  bindConstant(container, EnvelopeWriter, new EnvelopeWriter(GATEWAY, env.GATEWAY_ENVELOPE_KEY));
  bindFactory(
    container,
    EventPublisher,
    [Outbox, EnvelopeWriter, Clock],
    (outbox, writer, clock) => new EventPublisher(outbox, writer, clock, subscribers),
  );
  bindFactory(container, JobPublisher, [EventPublisher, Clock], (events, clock) => new JobPublisher(events, clock));
  bindFactory(
    container,
    Scheduler,
    [Database, EventPublisher, Clock, Metrics, Logger],
    (database, events, clock, metrics, log) =>
      gatewayScheduler(schedules, { database, events, clock, metrics, log, config: env }),
  );
  bindConstant(container, WebhookSecrets, new WebhookSecrets(env.MAIL_WEBHOOK_SECRETS));
  container.load(...capabilities);
  return container;
}
