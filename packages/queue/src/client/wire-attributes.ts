import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { SQS_LIMITS } from './sqs-api.ts';

/** Attribute names that the engine keeps for itself. */
export const WIRE = {
  id: 'id',
  type: 'type',
  traceparent: 'traceparent',
  /** How the body is written: absent or `json` is as it is, `frame-1` is many messages in one. */
  encoding: 'encoding',
  /** Which attempt the receiver's first one is. */
  attempt: 'attempt',
  /** Milliseconds since 1970 before which no handler may see the message. */
  notBefore: 'not-before',
  /** The sender's further attributes as one JSON object, where they do not fit SQS's ten. */
  headers: 'headers',
} as const;

const RESERVED: ReadonlySet<string> = new Set(Object.values(WIRE));

/**
 * SQS attributes of the engine's own values and the sender's. Where both together are more than SQS's ten, the
 * sender's travel as one JSON object and are unpacked by the receiver.
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
  const names = Object.keys(further).filter((name) => !(name in own) && !RESERVED.has(name));
  if (names.length === 0) return wire;
  const plain = count + names.length <= SQS_LIMITS.attributes && names.every((name) => further[name] !== '');
  if (plain) {
    for (const name of names) wire[name] = { DataType: 'String', StringValue: further[name] as string };
  } else {
    const rest = Object.fromEntries(names.map((name) => [name, further[name]]));
    wire[WIRE.headers] = { DataType: 'String', StringValue: JSON.stringify(rest) };
  }
  return wire;
}

/** All attributes as text (binary ones as base64), those in `headers` unpacked. */
export function fromWire(wire: Record<string, MessageAttributeValue> | undefined): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name in wire) {
    const value = wire[name];
    if (value?.StringValue !== undefined) attributes[name] = value.StringValue;
    else if (value?.BinaryValue) attributes[name] = toBase64(value.BinaryValue);
  }
  const headers = attributes[WIRE.headers];
  if (headers === undefined) return attributes;
  try {
    const parsed: unknown = JSON.parse(headers);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return attributes;
    delete attributes[WIRE.headers];
    for (const [name, value] of Object.entries(parsed)) attributes[name] ??= String(value);
  } catch {
    // Someone else's attribute of this name: it stays what it is.
  }
  return attributes;
}

/** The attributes that are not the engine's own. */
export function withoutReserved(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const further: Record<string, string> = {};
  for (const name in attributes) {
    if (!RESERVED.has(name)) further[name] = attributes[name] as string;
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
