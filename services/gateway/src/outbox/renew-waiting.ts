import type { EnvelopeWriter } from '@postern/events';
import type { Clock } from '@postern/runtime';

/** Makes what has waited in the outbox what is to be sent now: signed again for our own worker. Copies for other teams have no signature. */
export function renewWaiting(writer: EnvelopeWriter, clock: Clock): (body: string, queue: string) => string {
  return (body, queue) => (queue === 'events' ? writer.renew(body, clock.now()) : body);
}
