import { ContainerModule } from 'inversify';
import { AccountsConfig } from '../accounts/config.ts';
import { bindRoutes } from '../http/bind-routes.ts';
import { EventPublisher } from '../outbox/event-publisher.ts';
import { unsubscribePage } from './unsubscribe-page.ts';

export const unsubscribeModule = new ContainerModule((module) => {
  bindRoutes(module, unsubscribePage, [AccountsConfig, EventPublisher]);
});
