import * as catalog from './catalog/index.ts';
import type { MessageDefinition, MessageKind } from './define.ts';
import type { QueueName } from './queues.ts';

function ofKind(kind: MessageKind): readonly MessageDefinition[] {
  const definitions: MessageDefinition[] = Object.values(catalog);
  const types = new Set(definitions.map(({ type }) => type));
  if (types.size !== definitions.length) throw new Error('two messages in the catalog have the same type');
  return definitions.filter((definition) => definition.kind === kind);
}

/** Every event of the catalog: what a consumer of the `events` queue knows. */
export const events = ofKind('event');

/** Every job of the catalog. */
export const jobs = ofKind('job');

/** The messages that go over a queue. */
export function carriedBy(queue: QueueName): readonly MessageDefinition[] {
  return [...events, ...jobs].filter((definition) => definition.queue === queue);
}

const types = new Set([...events, ...jobs].map(({ type }) => type));

/** Whether this release knows messages of the type, on whatever queue. */
export function isKnownType(type: string): boolean {
  return types.has(type);
}
