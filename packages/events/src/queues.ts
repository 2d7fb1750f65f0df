import { SendMail } from './catalog/index.ts';
import type { MessageDefinition } from './define.ts';
import { events, jobs } from './known.ts';

/** What Postern has of a queue besides its name. */
interface Queue {
  /** The messages that it carries. */
  carries: readonly MessageDefinition[];
  /** Others put theirs there, which are no envelopes: it exists where a replica consumes it, and nowhere by default. */
  foreign?: true;
}

/** Every queue, each with its dead-letter queue. Configuration, provisioning, consumers and metrics derive from this list. */
export const queueDefinitions = {
  events: { carries: events },
  mail: { carries: [SendMail] },
  jobs: { carries: jobs.filter((job) => job !== SendMail) },
  /** Where SES puts its notifications. */
  'provider-events': { carries: [], foreign: true },
} as const satisfies Record<string, Queue>;

export type QueueName = keyof typeof queueDefinitions;

export const QUEUES: readonly QueueName[] = Object.keys(queueDefinitions) as QueueName[];

/** Whether others put their messages on the queue. */
export function isForeign(name: string): boolean {
  return Object.entries(queueDefinitions).some(([known, queue]) => known === name && 'foreign' in queue);
}

/** The queues of Postern's own messages, which every deployment has. */
export const OWN_QUEUES = QUEUES.filter((name) => !isForeign(name));
