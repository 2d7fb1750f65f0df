import * as catalog from './catalog/index.ts';
import type { MessageDefinition, MessageKind } from './define.ts';

function ofKind(kind: MessageKind): readonly MessageDefinition[] {
  const definitions: MessageDefinition[] = Object.values(catalog);
  const types = definitions.map(({ type }) => type);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) throw new Error(`two messages in src/catalog have the type ${twice}: rename one of them`);
  return definitions.filter((definition) => definition.kind === kind);
}

/** Every event of the catalog: what a consumer of the `events` queue knows. */
export const events = ofKind('event');

/** Every job of the catalog: what services dispatch to others. A worker has jobs of its own besides. */
export const jobs = ofKind('job');

const types = new Set([...events, ...jobs].map(({ type }) => type));

/** Whether this release knows messages of the type, on whatever queue. */
export function isKnownType(type: string): boolean {
  return types.has(type);
}
