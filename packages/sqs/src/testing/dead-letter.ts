import { newId } from '@postern/runtime';
import type { DeadLetter } from '../dead-letters/dead-letter-format.ts';

/** A dead letter as a worker has given it up a minute ago, by whichever clock, with some fields in place of others. */
export function deadLetter(fields: Partial<DeadLetter> = {}): DeadLetter {
  const at = new Date(Date.now() - 60_000);
  return {
    ...{ queue: 'jobs', id: newId(), type: 'rows.prune', reason: 'attempts-used-up', error: undefined, attempts: 1 },
    ...{ handler: undefined, firstAt: at, lastAt: at, sentAt: at, body: '{}', encoding: 'json', messages: 1 },
    ...{ traceparent: undefined, groupId: undefined, attributes: {}, ...fields },
  };
}
