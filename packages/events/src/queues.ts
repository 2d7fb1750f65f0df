/** What the messages of a queue are. `foreign`: others put theirs there, which are not envelopes. */
export type QueueContent = 'events' | 'mails' | 'jobs' | 'foreign';

/**
 * Every queue, each with its dead-letter queue, and what it carries. Configuration, provisioning, consumers and metrics derive from
 * this list: a queue more is a line here, and a job goes over it that names it (`queue`).
 */
export const queueContents = {
  events: 'events',
  mail: 'mails',
  jobs: 'jobs',
  /** Where SES puts its notifications. It exists where a replica consumes it, and nowhere by default. */
  'provider-events': 'foreign',
} as const satisfies Record<string, QueueContent>;

export type QueueName = keyof typeof queueContents;

export const QUEUES: readonly QueueName[] = Object.keys(queueContents) as QueueName[];

/** Whether others put their messages on the queue. */
export function isForeign(name: string): boolean {
  return Object.entries(queueContents).some(([known, content]) => known === name && content === 'foreign');
}

/** The queues of Postern's own messages, which every deployment has. */
export const OWN_QUEUES = QUEUES.filter((name) => !isForeign(name));
