import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import { isAttributeName, isGroupId, refusedCharacter, toSqsBody } from '../client/sqs-text.ts';
import { toWire, WIRE, wireBytes } from '../client/wire-attributes.ts';
import {
  FRAME_ENCODING,
  FRAME_TYPE,
  type FrameEntry,
  MAX_NAME,
  MAX_UNPACKED_BYTES,
  packFrame,
} from '../frames/frame.ts';
import { type History, historyText } from '../retry/history.ts';
import { MAX_DELAY_MS } from '../retry/retry-policy.ts';
import { MessageRefusedError } from './errors.ts';
import type { OutgoingMessage } from './message-sender.ts';

/** A message that was checked and waits to be sent. */
export interface PreparedMessage {
  entry: FrameEntry;
  /** Milliseconds since 1970 before which no handler may see it; 0 = at once. */
  notBefore: number;
  groupId: string | undefined;
  /** About what SQS will count for it when it goes alone. */
  bytes: number;
  /** In a FIFO queue what SQS drops repeats by; the message's own id without it. */
  deduplicationId?: string;
  /** What a copy remembers of the message that it stands for. */
  history?: History;
  /** Whether it is still to be sent; always without it. */
  isWanted?: () => boolean;
  /** The SQS entry, where the engine made it itself (a dead letter). */
  raw?: SendEntry;
}

/** What a message costs besides body and attributes' texts: names and types of the engine's own attributes. */
const ATTRIBUTE_OVERHEAD_BYTES = 240;

/**
 * Checks a message before it waits for company, so that its caller is informed immediately and no batch fails because of it.
 *
 * @throws MessageRefusedError
 */
export function prepareMessage(message: OutgoingMessage, fifo: boolean, now: number): PreparedMessage {
  const { id, type, groupId, delayMs = 0, attempt = 1 } = message;
  const body = toSqsBody(message.body);
  if (id === '') throw new MessageRefusedError('MissingId', 'A message needs an id: receivers drop repeats by it');
  if (body === '') throw new MessageRefusedError('EmptyBody', `Message ${id} has an empty body, which SQS refuses`);
  if (fifo && !groupId) {
    throw new MessageRefusedError('MissingGroup', `Message ${id} goes to a FIFO queue and names no groupId`);
  }
  if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
    throw new MessageRefusedError('BadDelay', `Message ${id} has a delay of ${delayMs} ms; it must be 0 to 366 days`);
  }
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new MessageRefusedError('BadAttempt', `Message ${id} has attempt ${attempt}; it must be 1 or more`);
  }
  checkTexts(message);
  let bytes = ATTRIBUTE_OVERHEAD_BYTES + Buffer.byteLength(body) + id.length + type.length;
  for (const name in message.attributes) bytes += name.length + 8 + Buffer.byteLength(message.attributes[name] ?? '');
  if (bytes > SQS_LIMITS.bytes) {
    throw new MessageRefusedError(
      'TooLong',
      `Message ${id} has ${bytes} bytes with its attributes; SQS accepts ${SQS_LIMITS.bytes}. Store the data and send a reference.`,
    );
  }
  // JSON makes six characters of a control character; the receiver refuses a frame that unpacks to more than it allows.
  if (bytes > MAX_UNPACKED_BYTES / 8 && JSON.stringify(body).length > MAX_UNPACKED_BYTES - ATTRIBUTE_OVERHEAD_BYTES) {
    throw new MessageRefusedError('TooLong', `Message ${id} is longer than a frame when its characters are escaped`);
  }
  return {
    entry: {
      id,
      type,
      body,
      sentAt: now,
      traceparent: message.traceparent,
      attempt,
      attributes: message.attributes,
    },
    notBefore: delayMs > 0 ? now + delayMs : 0,
    groupId,
    bytes,
    ...(message.deduplicationId === undefined ? {} : { deduplicationId: message.deduplicationId }),
  };
}

/** What SQS would refuse the whole batch for, the innocent with the guilty. */
function checkTexts({ id, type, traceparent = '', groupId, attributes = {} }: OutgoingMessage): void {
  const refuse = (what: string) => {
    throw new MessageRefusedError('BadAttribute', `Message ${id}: ${what}`);
  };
  if (refusedCharacter(`${id}${type}${traceparent}`) !== -1)
    refuse('id, type or traceparent holds a control character');
  // Its receiver would make a dead letter of it.
  if (Math.max(id.length, type.length) > MAX_NAME) refuse(`id or type has more than ${MAX_NAME} characters`);
  if (groupId !== undefined && !isGroupId(groupId)) {
    refuse('a groupId is 1 to 128 ASCII letters, digits and punctuation');
  }
  for (const name in attributes) {
    if (!isAttributeName(name))
      refuse(`"${name}" is not an attribute name: letters, digits, "_", "-" and single dots inside`);
    const value: unknown = attributes[name];
    if (typeof value !== 'string') refuse(`the attribute ${name} is a ${typeof value}, not a text`);
  }
}

/**
 * The SQS entry of one message on its own. One whose text SQS would refuse (a U+FFFF in somebody's name) goes as a frame of
 * one, whose base64 it takes.
 */
export function toLoneEntry(message: PreparedMessage, fifo: boolean, now: number): SendEntry {
  const { entry } = message;
  if (message.raw) return message.raw;
  const delayMs = message.notBefore > now ? message.notBefore - now : 0;
  // A FIFO queue takes no delay a message, and SQS none above 15 minutes: the receiver waits for `not-before`.
  const delaySeconds = fifo ? 0 : Math.min(SQS_LIMITS.delaySeconds, Math.ceil(delayMs / 1_000));
  const late = delayMs > delaySeconds * 1_000;
  const framed = refusedCharacter(entry.body) !== -1;
  const attributes = toWire(
    {
      [WIRE.id]: entry.id,
      [WIRE.type]: framed ? FRAME_TYPE : entry.type,
      [WIRE.traceparent]: framed ? undefined : entry.traceparent,
      [WIRE.encoding]: framed ? FRAME_ENCODING : 'json',
      [WIRE.attempt]: !framed && (entry.attempt ?? 1) > 1 ? String(entry.attempt) : undefined,
      [WIRE.notBefore]: late ? String(message.notBefore) : undefined,
      [WIRE.history]: message.history && historyText(message.history),
    },
    framed ? {} : entry.attributes,
  );
  return {
    body: framed ? packFrame([entry]) : entry.body,
    attributes,
    ...(delaySeconds > 0 ? { delaySeconds } : {}),
    ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
    ...(fifo ? { deduplicationId: message.deduplicationId ?? entry.id } : {}),
  };
}

/** Bytes that SQS counts for an entry. */
export function entryBytes(entry: SendEntry): number {
  return Buffer.byteLength(entry.body) + wireBytes(entry.attributes);
}

/** An entry that the engine made itself, to wait and be retried as a message does. */
export function prepareEntry(raw: SendEntry, now: number): PreparedMessage {
  const entry = { id: '', type: '', body: raw.body, sentAt: now };
  return { entry, notBefore: 0, groupId: raw.groupId, bytes: entryBytes(raw), raw };
}
