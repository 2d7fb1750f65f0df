import type { ContainerModule } from 'inversify';
import { consoleModule } from './console/console.module.ts';
import { deadLettersModule } from './dead-letters/dead-letters.module.ts';
import { jobsModule } from './jobs/jobs.module.ts';
import { listenersModule } from './listeners/listeners.module.ts';
import { deliveryModule } from './mail/delivery/delivery.module.ts';
import { providerEventsModule } from './mail/delivery/provider-events/provider-events.module.ts';
import { pausesModule } from './pauses/pauses.module.ts';
import type { WorkerParts } from './worker-parts.ts';

export type WorkerModule = (parts: WorkerParts) => ContainerModule;

/**
 * What the worker can do, one module a capability. Without its line, `providerEventsModule` is gone, and with it the queue
 * `provider-events`; and so is `consoleModule`, and with it the operators' console.
 */
export const modules: readonly WorkerModule[] = [
  pausesModule,
  deliveryModule,
  deadLettersModule,
  jobsModule,
  listenersModule,
  providerEventsModule,
  consoleModule,
];
