import type { Subscriber } from './define-subscriber.ts';

/**
 * The other teams that hear events, each by `defineSubscriber`. Sending, provisioning at the start, `doctor`, `/asyncapi.json` and
 * `services/aws/main.tf` derive from this list. A team that leaves goes out of it: what is still to be sent to it is a dead row of the outbox a day
 * later (a replica that does not know a queue may be one of the release before).
 */
export const subscribers: readonly Subscriber[] = [];
