import { bindClass, Clock } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../http/bind-routes.ts';
import { EventPublisher } from '../outbox/event-publisher.ts';
import { mailFeedbackRoutes } from './mail-feedback-routes.ts';
import { WebhookSecrets, WebhookSignature } from './webhook-signature.ts';

export const mailFeedbackModule = new ContainerModule((module) => {
  bindClass(module, WebhookSignature, WebhookSignature, [WebhookSecrets, Clock]);
  bindRoutes(
    module,
    // Without a secret no webhook could be genuine: there is no such operation then.
    ({ keys }: WebhookSecrets, signature: WebhookSignature, publisher: EventPublisher) =>
      keys.length === 0 ? [] : mailFeedbackRoutes(signature, publisher),
    [WebhookSecrets, WebhookSignature, EventPublisher],
  );
});
