import { QUEUES, type QueueName, queueContents } from '@postern/events';
import { carriedBy } from './jobs/index.ts';
import { listeners } from './listeners/index.ts';
import type { Pausable } from './pauses/pausable.ts';

/** The handlers of a queue that can be paused by themselves. Mails and what providers send have one: it is paused with its queue. */
export function handlersOf(queue: QueueName): readonly string[] {
  const content = queueContents[queue];
  if (content === 'events') return listeners.map(({ name }) => name);
  return content === 'jobs' ? carriedBy(queue).map(({ type }) => type) : [];
}

/** Why there is nothing of this name to pause; undefined where there is. */
export function unknownTarget({ queue, handler }: Pausable): string | undefined {
  const known = QUEUES.find((name) => name === queue);
  if (known === undefined) return `there is no queue ${queue}; there are ${QUEUES.join(', ')}`;
  if (handler === '') return undefined;
  const handlers = handlersOf(known);
  if (handlers.includes(handler)) return undefined;
  if (handlers.length === 0) return `the queue ${queue} has one handler: pause the queue`;
  return `the queue ${queue} has no handler ${handler}; it has ${handlers.join(', ')}`;
}
