import type { MessageDefinition } from './define.ts';
import type { Envelope } from './envelope.ts';

/** Another team that is sent copies of events, on a queue of its own. */
export interface Subscriber {
  /** Its queue in code; `QUEUE_PREFIX` goes before it, and it has a dead-letter queue as every other. */
  readonly queue: string;
  readonly events: readonly MessageDefinition[];
}

/** Before the names of their queues: a policy allows the gateway to send to all of them. */
const SUBSCRIBER_QUEUES = 'for-';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** SQS has 80 characters for a queue's name (SQS quotas, 2025-08); prefix and `-dead` need some. */
const LONGEST_NAME = 30;

/**
 * @param name whose queue it is: `billing` hears on `postern-for-billing`
 * @throws TypeError for a name that makes no queue, and an event that shares nothing with other teams
 */
export function defineSubscriber(name: string, events: readonly MessageDefinition[]): Subscriber {
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw new TypeError(
      `a subscriber's name is lower case words joined by hyphens, ${LONGEST_NAME} characters at most, not "${name}"`,
    );
  }
  const inside = events.filter(({ shared }) => shared.length === 0).map(({ type }) => type);
  if (events.length === 0) throw new TypeError(`the subscriber ${name} subscribes to no event`);
  if (inside.length > 0) {
    throw new TypeError(
      `the subscriber ${name} may not have ${inside.join(', ')}: its definition names no field that is \`shared\``,
    );
  }
  return { queue: `${SUBSCRIBER_QUEUES}${name}`, events };
}

/**
 * What another team is sent of an event: the same CloudEvents 1.0 envelope with the shared fields alone, as plain JSON that every SQS takes. It
 * has no `mac`, whose key is nobody else's: that the gateway alone may send to the queue is the queue's own policy.
 */
export function sharedCopy({ shared }: MessageDefinition, { data, ...envelope }: Envelope): string {
  const fields = data as Record<string, unknown>;
  const chosen = Object.fromEntries(shared.filter((name) => name in fields).map((name) => [name, fields[name]]));
  return JSON.stringify({ ...envelope, data: chosen }).replace(UNTRANSPORTABLE, escaped);
}

/** What SQS refuses in a body, or look-alikes of it do; in JSON it can be in strings only. */
const UNTRANSPORTABLE = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;

function escaped(half: string): string {
  return `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
