import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { isUuid } from '@postern/runtime';
import { nestingOf } from './nesting.ts';
import { SQS_LIMITS } from './sqs-api.ts';
import { escapeJson, isAttributeName, travelsPlain } from './sqs-text.ts';

/** Attribute names that the engine keeps for itself. They have a prefix, so that a partner's `id` or `encoding` is a partner's. */
export const WIRE = {
  id: 'postern.id',
  type: 'postern.type',
  /** As OpenTelemetry's instrumentations call it, so that others' traces go on here and ours there. */
  traceparent: 'traceparent',
  /** How the body is written: absent or `json` is as it is, `frame-1` is many messages in one. */
  encoding: 'postern.encoding',
  /** Which attempt the receiver's first one is. */
  attempt: 'postern.attempt',
  /** Milliseconds since 1970 before which no handler may see the message. */
  notBefore: 'postern.not-before',
  /** What a copy remembers of the message that it stands for: see `history.ts`. */
  history: 'postern.history',
  /** The sender's further attributes as one JSON object, where they do not fit SQS's ten or its characters. */
  headers: 'postern.headers',
} as const;

/** The names from before the prefix, which messages may still have that waited meanwhile. */
const OLD: Readonly<Record<string, string>> = {
  id: WIRE.id,
  type: WIRE.type,
  encoding: WIRE.encoding,
  attempt: WIRE.attempt,
  'not-before': WIRE.notBefore,
  headers: WIRE.headers,
};
const OWN: ReadonlySet<string> = new Set(Object.values(WIRE));
const WHOLE = /^[1-9]\d{0,15}$/;

/**
 * SQS attributes of the engine's own values and the sender's. Where both together are more than SQS's ten, or one holds what SQS
 * refuses, the sender's travel as one JSON object and are unpacked by the receiver.
 */
export function toWire(
  own: Readonly<Record<string, string | undefined>>,
  further: Readonly<Record<string, string>> = {},
): Record<string, MessageAttributeValue> {
  const wire: Record<string, MessageAttributeValue> = {};
  let count = 0;
  for (const name in own) {
    const value = own[name];
    // SQS refuses an attribute without a value.
    if (value === undefined || value === '') continue;
    wire[name] = { DataType: 'String', StringValue: value };
    count += 1;
  }
  const names = Object.keys(further).filter((name) => !Object.hasOwn(own, name) && !OWN.has(name));
  if (names.length === 0) return wire;
  const fits = count + names.length <= SQS_LIMITS.attributes;
  if (fits && names.every((name) => further[name] !== '' && travelsPlain(further[name] as string))) {
    for (const name of names) wire[name] = { DataType: 'String', StringValue: further[name] as string };
  } else {
    const rest = Object.fromEntries(names.map((name) => [name, further[name]]));
    wire[WIRE.headers] = { DataType: 'String', StringValue: escapeJson(JSON.stringify(rest)) };
  }
  return wire;
}

/**
 * All attributes as text (binary ones as base64), those in the headers unpacked. The engine's own have the names of `WIRE`, also
 * in a message that was sent before they had a prefix; whatever else there is is the sender's, whatever it is called.
 */
export function fromWire(wire: Record<string, MessageAttributeValue> | undefined): Record<string, string> {
  let attributes: Record<string, string> = {};
  for (const name in wire) {
    const value = wire[name];
    if (value?.StringValue !== undefined) attributes[name] = value.StringValue;
    else if (value?.BinaryValue) attributes[name] = toBase64(value.BinaryValue);
  }
  if (isOld(attributes)) {
    const renamed = Object.entries(attributes).map(([name, value]) => [OLD[name] ?? name, value]);
    attributes = Object.fromEntries(renamed);
  }
  const headers = attributes[WIRE.headers];
  if (headers === undefined) return attributes;
  const texts = readHeaders(headers);
  // Someone else's attribute of this name: it stays what it is.
  if (!texts) return attributes;
  delete attributes[WIRE.headers];
  for (const [name, value] of texts) {
    if (!OWN.has(name) && !Object.hasOwn(attributes, name)) attributes[name] = value;
  }
  return attributes;
}

/** Undefined for what the engine has not written. */
function readHeaders(text: string): [string, string][] | undefined {
  if (nestingOf(text) !== 1) return undefined;
  try {
    const fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
    // What SQS would refuse nobody has sent as an attribute: the message could neither be tried again nor be a dead letter.
    if (!fields.every(([name]) => isAttributeName(name))) return undefined;
    return text.trimStart().startsWith('{') ? fields.map(([name, value]) => [name, String(value)]) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a message is the engine's own from before the prefix, and not a partner's whose attributes happen to have such names:
 * every one of them has to be what the engine wrote, and a lone message's id a UUID.
 */
function isOld(attributes: Readonly<Record<string, string>>): boolean {
  const { id, type, encoding, attempt, 'not-before': notBefore } = attributes;
  if (WIRE.id in attributes || WIRE.encoding in attributes) return false;
  if ((attempt !== undefined && !WHOLE.test(attempt)) || (notBefore !== undefined && !WHOLE.test(notBefore)))
    return false;
  return encoding === 'frame-1' || (encoding === 'json' && type !== undefined && id !== undefined && isUuid(id));
}

/** The attributes that are not the engine's own. */
export function withoutReserved(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const further: Record<string, string> = {};
  for (const name in attributes) {
    if (!OWN.has(name)) further[name] = attributes[name] as string;
  }
  return further;
}

/** Bytes that SQS counts for attributes: name, type and value of each. */
export function wireBytes(wire: Readonly<Record<string, MessageAttributeValue>>): number {
  let bytes = 0;
  for (const name in wire) {
    const value = wire[name] as MessageAttributeValue;
    bytes += Buffer.byteLength(name) + (value.DataType?.length ?? 0) + Buffer.byteLength(value.StringValue ?? '');
  }
  return bytes;
}

/** The protocol has binary values as base64, the SDK as bytes. */
function toBase64(value: Uint8Array | string): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('base64');
}
