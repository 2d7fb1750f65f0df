import type { Message } from '@aws-sdk/client-sqs';
import { errorMessage, newId } from '@postern/runtime';
import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import { refusedCharacter, toSqsBody, toSqsText } from '../client/sqs-text.ts';
import { fromWire, toWire, WIRE, wireBytes, withoutReserved } from '../client/wire-attributes.ts';
import { FRAME_ENCODING, packFrame, unpackFrame } from '../frames/frame.ts';

/** The attributes that a dead letter has beside its own. Five, so that all fit SQS's ten. */
export const DEAD = {
  /** Short and stable: a `PermanentError`'s reason, `attempts-used-up`, `broken-frame`, `bad-attribute`. */
  reason: 'dead-reason',
  /** The last error's name and message. */
  error: 'dead-error',
  /** How many times it was tried. */
  attempts: 'dead-attempts',
  handler: 'dead-handler',
  /** First receive and last failure as an ISO 8601 interval: `2026-01-01T10:00:00.000Z/2026-01-01T10:20:00.000Z`. */
  times: 'dead-times',
} as const;

const DEAD_NAMES: ReadonlySet<string> = new Set(Object.values(DEAD));

export interface DeadLetterCause {
  reason: string;
  error: unknown;
  attempts: number;
  handler: string;
  firstAt: Date;
  lastAt: Date;
}

export interface DeadLetterSource {
  id: string;
  type: string;
  body: string;
  traceparent?: string | undefined;
  /** As it is written: absent or `json` for plain text. */
  encoding?: string | undefined;
  groupId?: string | undefined;
  attributes: Readonly<Record<string, string>>;
}

const ERROR_BYTES = 1_024;
const NAME_BYTES = 128;

/**
 * The SQS entry of a dead letter: the message as it was, and why it is here, as far as there is room for that. Undefined when not even the
 * reason has any beside the message.
 *
 * @param maxBytes what the dead-letter queue takes
 */
export function toDeadLetter(
  source: DeadLetterSource,
  cause: DeadLetterCause,
  fifo: boolean,
  maxBytes: number = SQS_LIMITS.bytes,
): SendEntry | undefined {
  const name = cause.error instanceof Error ? `${cause.error.name}: ` : '';
  const attributes = withoutDead(source.attributes);
  // It came out of a frame and SQS would refuse it plain: back into one.
  const text = toSqsBody(source.body);
  const framed = refusedCharacter(text) !== -1;
  const body = framed ? packFrame([{ ...source, sentAt: cause.firstAt.getTime() }]) : text;
  const times = { [DEAD.times]: `${cause.firstAt.toISOString()}/${cause.lastAt.toISOString()}` };
  const all = (errorBytes: number) => ({
    ...times,
    [DEAD.error]: toSqsText(`${name}${errorMessage(cause.error)}`, errorBytes),
    [DEAD.attempts]: String(cause.attempts),
    [DEAD.handler]: toSqsText(cause.handler, NAME_BYTES),
  });
  const entry = (further: Record<string, string>): SendEntry => ({
    body,
    attributes: toWire(
      {
        [WIRE.id]: source.id,
        [WIRE.type]: source.type,
        [WIRE.traceparent]: source.traceparent,
        [WIRE.encoding]: framed ? FRAME_ENCODING : (source.encoding ?? 'json'),
        [DEAD.reason]: toSqsText(cause.reason, NAME_BYTES) || 'no-reason',
        ...further,
      },
      attributes,
    ),
    ...(source.groupId === undefined ? {} : { groupId: source.groupId }),
    // Under the message's own id SQS would drop it as a repeat, when it died before in the last five minutes: it would be lost.
    ...(fifo ? { deduplicationId: newId() } : {}),
  });
  // Of what was added, the text of the error is what can go first.
  for (const further of [all(ERROR_BYTES), all(64), times, {}]) {
    const made = entry(further);
    if (Buffer.byteLength(made.body) + wireBytes(made.attributes) <= maxBytes) return made;
  }
  return undefined;
}

/** What was dead before and is again has old reasons with it; only the new ones count. */
function withoutDead(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !DEAD_NAMES.has(name)));
}

/** A message that was given up, and why. */
export interface DeadLetter {
  /** The queue it was given up by, by its name in code. */
  queue: string;
  /** The sender's id. */
  id: string;
  type: string;
  /** `moved-by-sqs` when it was received too often without any end: its consumer died with it each time. */
  reason: string;
  /** The last error's name and message; undefined when SQS moved it. */
  error: string | undefined;
  attempts: number;
  handler: string | undefined;
  firstAt: Date | undefined;
  lastAt: Date | undefined;
  sentAt: Date;
  /** As it was sent; the text of a frame when `encoding` says so. */
  body: string;
  encoding: string;
  /** How many messages it holds: more than one in a frame. */
  messages: number;
  traceparent: string | undefined;
  groupId: string | undefined;
  /** The sender's further attributes. */
  attributes: Record<string, string>;
}

/** A dead letter as received: with what SQS wants to have back when it is deleted or given back. */
export interface HeldLetter {
  letter: DeadLetter;
  /** The ids it may die under again: its own, and those of the messages in it. */
  ids: readonly string[];
  receipt: string;
}

const MOVED_BY_SQS = 'moved-by-sqs';

/** Reads a message of a dead-letter queue. Never throws: a letter may be here because it is broken. */
export function readDeadLetter(queue: string, raw: Message): HeldLetter {
  const wire = fromWire(raw.MessageAttributes);
  const further = Object.entries(withoutReserved(wire)).filter(([name]) => !DEAD_NAMES.has(name));
  const [firstAt, lastAt] = (wire[DEAD.times] ?? '').split('/').map(toTime);
  const encoding = wire[WIRE.encoding] ?? 'json';
  const body = raw.Body ?? '';
  const id = wire[WIRE.id] || raw.MessageId || '';
  const inside = idsInside(encoding, body);
  return {
    receipt: raw.ReceiptHandle ?? '',
    ids: [id, ...inside],
    letter: {
      queue,
      id,
      type: wire[WIRE.type] ?? '',
      reason: wire[DEAD.reason] ?? MOVED_BY_SQS,
      error: wire[DEAD.error],
      attempts: Number(wire[DEAD.attempts] ?? raw.Attributes?.ApproximateReceiveCount ?? 0),
      handler: wire[DEAD.handler],
      firstAt,
      lastAt,
      sentAt: new Date(Number(raw.Attributes?.SentTimestamp ?? 0)),
      body,
      encoding,
      messages: Math.max(1, inside.length),
      traceparent: wire[WIRE.traceparent],
      groupId: raw.Attributes?.MessageGroupId,
      attributes: Object.fromEntries(further),
    },
  };
}

function toTime(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function idsInside(encoding: string, body: string): string[] {
  if (encoding !== FRAME_ENCODING) return [];
  try {
    return unpackFrame(body).map(({ id }) => id);
  } catch {
    // A broken frame is a reason to be here; it counts as the one message it is.
    return [];
  }
}

/** The letter as it was before it died: its reasons and its count of attempts stay behind. */
export function toEntry(letter: DeadLetter, fifo: boolean): SendEntry {
  const { id, type, traceparent, encoding, groupId, body } = letter;
  return {
    body: toSqsBody(body),
    attributes: toWire(
      { [WIRE.id]: id, [WIRE.type]: type, [WIRE.traceparent]: traceparent, [WIRE.encoding]: encoding },
      letter.attributes,
    ),
    ...(groupId === undefined ? {} : { groupId }),
    // Another one than the message's own: within five minutes SQS would drop it as a repeat, and it would be lost.
    ...(fifo ? { deduplicationId: newId() } : {}),
  };
}
