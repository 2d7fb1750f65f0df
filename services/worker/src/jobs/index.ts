import { jobs as catalog, events, type MessageDefinition, type QueueName } from '@postern/events';
import * as all from './all.ts';
import type { JobHandler } from './handle-job.ts';

/** Every job's handler. A new one: its file, and a line in all.ts. */
export const jobHandlers: readonly JobHandler[] = Object.values(all);

/** Every job that the worker knows: those of the catalog, and its own. */
export const jobs: readonly MessageDefinition[] = [...new Set([...catalog, ...jobHandlers.map(({ job }) => job)])];

/** Every message that the worker reads or writes: events, and jobs. */
export const knownMessages: readonly MessageDefinition[] = [...events, ...jobs];

/** The messages that go over a queue. */
export function carriedBy(queue: QueueName): readonly MessageDefinition[] {
  return knownMessages.filter((definition) => definition.queue === queue);
}
