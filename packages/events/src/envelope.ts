import { z } from 'zod';
import type { DataOf, MessageDefinition } from './define.ts';
import { EnvelopeError } from './envelope-error.ts';
import { newMessageId } from './new-message-id.ts';
import { readJson } from './read-json.ts';

export { EnvelopeError } from './envelope-error.ts';

/**
 * CloudEvents 1.0 in structured mode. `id` is a UUIDv7 and the message's identity for ever: SQS gives a redriven
 * message a new id of its own. `subject` is the id of the user it is about.
 */
export interface Envelope<Data = unknown> {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  dataversion: number;
  subject?: string;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  /** W3C Trace Context, so that a trace goes on from the request to the mail. */
  traceparent?: string;
  /** What a job belongs to beside itself (its group, schedule, unique key), as the text that the queue's engine makes of it. */
  ticket?: string;
  /** When an operator signed it again, in the form of `time`. */
  signedat?: string;
  data: Data;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1).max(200),
  type: z.string().min(1).max(100),
  dataversion: z.int().positive(),
  subject: z.string().max(200).optional(),
  time: z.iso.datetime(),
  traceparent: z.string().regex(TRACEPARENT).optional(),
  ticket: z.string().max(2_000).optional(),
  signedat: z.iso.datetime().optional(),
  data: z.unknown(),
});

export interface EnvelopeOptions {
  /** Which service says it: `postern/gateway`. */
  source: string;
  subject?: string | undefined;
  traceparent?: string | undefined;
  ticket?: string | undefined;
  id?: string;
  time?: Date;
}

/**
 * Wraps data for sending.
 *
 * @throws EnvelopeError `invalid-data` when the data breaks the definition's schema: found by the sender, not by
 *   the consumer an hour later
 */
export function createEnvelope<Definition extends MessageDefinition>(
  definition: Definition,
  data: z.input<Definition['schema']>,
  { source, subject, traceparent, ticket, id = newMessageId(), time = new Date() }: EnvelopeOptions,
): Envelope<DataOf<Definition>> {
  return {
    specversion: '1.0',
    id,
    source,
    type: definition.type,
    dataversion: definition.version,
    ...(subject === undefined ? {} : { subject }),
    time: time.toISOString(),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(ticket === undefined ? {} : { ticket }),
    data: validate(definition, data) as DataOf<Definition>,
  };
}

/**
 * A message's body in the form of an envelope, with all that it came with in `raw`.
 *
 * @throws EnvelopeError `not-json` or `not-an-envelope`
 */
export function parseEnvelope(body: string): { raw: object; envelope: Envelope } {
  const parsed = readJson(body);
  const result = envelopeSchema.safeParse(parsed);
  if (!result.success) throw new EnvelopeError('not-an-envelope', `not an envelope: ${faults(result.error)}`);
  return { raw: parsed as object, envelope: result.data as Envelope };
}

/**
 * Reads an envelope: upcasts data of an older version, validates it. Whether it is genuine is
 * `EnvelopeReader`'s.
 *
 * @param catalog the definitions this consumer knows
 * @throws EnvelopeError with its reason; the message names fields and expectations, never values
 */
export function decodeEnvelope(
  catalog: readonly MessageDefinition[],
  envelope: Envelope,
): { definition: MessageDefinition; envelope: Envelope } {
  const definition = catalog.find(({ type }) => type === envelope.type);
  if (!definition) throw new EnvelopeError('unknown-type', `no definition of "${envelope.type}" in this release`);
  if (envelope.dataversion > definition.version) {
    throw new EnvelopeError(
      'unknown-version',
      `${envelope.type} version ${envelope.dataversion} is newer than this release's ${definition.version}: redrive it after the update`,
    );
  }
  const data = readData(definition, envelope.dataversion, envelope.data);
  return { definition, envelope: { ...envelope, dataversion: definition.version, data } as Envelope };
}

/** The definition of a type, where this release knows that version of its data: its own or an older one. */
export function findDefinition(
  catalog: readonly MessageDefinition[],
  type: string,
  version: number,
): MessageDefinition | undefined {
  return catalog.find((definition) => definition.type === type && definition.version >= version);
}

/** Data of that version or an older one, as the definition's handlers get it. @throws EnvelopeError `invalid-data` */
export function readData(definition: MessageDefinition, version: number, data: unknown): unknown {
  let upcasted = data;
  for (let from = version; from < definition.version; from++) upcasted = upcast(definition, from, upcasted);
  return validate(definition, upcasted);
}

function upcast(definition: MessageDefinition, version: number, data: unknown): unknown {
  try {
    return definition.upcasts[version]?.(data);
  } catch (error) {
    throw new EnvelopeError('invalid-data', `${definition.type} version ${version} could not be upcast`, {
      cause: error,
    });
  }
}

function validate(definition: MessageDefinition, data: unknown): unknown {
  const result = definition.schema.safeParse(data);
  if (result.success) return result.data;
  throw new EnvelopeError('invalid-data', `invalid data of ${definition.type}: ${faults(result.error)}`);
}

/** The first ones, which tell as much as all of them. */
function faults({ issues }: z.ZodError): string {
  const first = issues.slice(0, 10).map(({ path, message }) => `/${path.join('/')}: ${message}`);
  return [...first, ...(issues.length > 10 ? [`and ${issues.length - 10} more`] : [])].join('; ');
}
