// One line a capability. Without its line, `providerEventsModule` is gone, and with it the queue `provider-events`; and so is `consoleModule`,
// and with it the operators' console.
export { consoleModule } from './console/console.module.ts';
export { deadLettersModule } from './dead-letters/dead-letters.module.ts';
export { jobsModule } from './jobs/jobs.module.ts';
export { listenersModule } from './listeners/listeners.module.ts';
export { deliveryModule } from './mail/delivery/delivery.module.ts';
export { providerEventsModule } from './mail/delivery/provider-events/provider-events.module.ts';
export { pausesModule } from './pauses/pauses.module.ts';
export { schedulesModule } from './schedules/schedules.module.ts';
