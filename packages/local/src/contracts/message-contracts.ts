import { dataSchema, type MessageDefinition, readData } from '@postern/events';
import type { Json } from './json-schema.ts';
import { sampleOf } from './sample-of.ts';
import { schemaBreaks } from './schema-breaks.ts';

/** A version of a message as it was released. */
export interface RecordedMessage {
  type: string;
  version: number;
  kind: MessageDefinition['kind'];
  queue: string;
  /** JSON Schema of its data. */
  schema: Json;
  /** Data that was valid then: with all fields, and with the required ones alone. Others may be added by hand. */
  payloads: unknown[];
}

/** Where a record is, in its folder. */
export function recordFile({ type, version }: Pick<RecordedMessage, 'type' | 'version'>): string {
  return `${type}.v${version}.json`;
}

/**
 * What the catalog breaks of what was released, for whoever changed it: what broke, and what to do.
 *
 * A record of the version that the definition has is compared with it. One of an older version has to be readable: its payloads are
 * upcast and validated. A message without a record is not released yet, and free.
 */
export function messageBreaks(recorded: readonly RecordedMessage[], catalog: readonly MessageDefinition[]): string[] {
  return recorded.flatMap((record) => {
    const what = breaksOf(record, catalog);
    if (what.length === 0) return [];
    const definition = catalog.find(({ type }) => type === record.type);
    const file = `packages/events/contracts/${recordFile(record)}`;
    return [
      `${record.type}, version ${record.version} (${file}):\n${what.map((each) => `  - ${each}`).join('\n')}\n${advice(record, definition)}`,
    ];
  });
}

function breaksOf(record: RecordedMessage, catalog: readonly MessageDefinition[]): string[] {
  const { type, version, kind, queue, payloads } = record;
  const definition = catalog.find((each) => each.type === type);
  if (!definition) return ['is no longer in the catalog, and messages of it may still be under way'];
  if (definition.version < version) return [`was released, and the catalog has version ${definition.version}`];
  const unread = payloads.flatMap((payload, index) => {
    try {
      readData(definition, version, payload);
      return [];
    } catch (error) {
      return [`payload ${index} cannot be read any more: ${error instanceof Error ? error.message : error}`];
    }
  });
  if (definition.version > version) return unread;
  const schema = dataSchema(definition);
  return [
    ...(definition.kind === kind ? [] : [`was recorded as ${kind}, and is ${definition.kind}`]),
    ...(definition.queue === queue ? [] : [`went over the queue ${queue}, and goes over ${definition.queue}`]),
    ...schemaBreaks(
      { schema: record.schema, root: record.schema },
      { schema, root: schema },
      { writers: true, readers: true },
    ),
    ...unread,
  ];
}

function advice({ type, version, kind }: RecordedMessage, definition: MessageDefinition | undefined): string {
  const onPurpose =
    'Where no such message can exist any more, `postern contracts:record --breaking` records it as it is.';
  if (!definition) return `  Keep its definition and its handlers until none can be left. ${onPurpose}`;
  if (definition.version !== version) return `  Fix \`upcasts[${version}]\` of its definition. ${onPurpose}`;
  const define = kind === 'event' ? 'defineEvent' : 'defineJob';
  return `  Raise its version, and write how data of version ${version} becomes that of version ${version + 1}: ${define}('${type}', ${version + 1}, schema, { upcasts: { ${version}: (data) => … } }). ${onPurpose}`;
}

/**
 * The version of the message that the catalog has, to be recorded. Payloads that were recorded already are kept. There are none where no
 * valid data could be made up: they are written by hand then.
 */
export function recordOf(definition: MessageDefinition, before?: RecordedMessage): RecordedMessage {
  const { type, version, kind, queue } = definition;
  const schema = dataSchema(definition) as Json;
  const made = distinct([sampleOf(schema, 'all'), sampleOf(schema, 'required')]);
  const payloads = before?.payloads ?? made.filter((payload) => definition.schema.safeParse(payload).success);
  return { type, version, kind, queue, schema, payloads };
}

function distinct(values: unknown[]): unknown[] {
  return values.filter(
    (value, index) => values.findIndex((it) => JSON.stringify(it) === JSON.stringify(value)) === index,
  );
}
