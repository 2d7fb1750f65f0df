import type { Message } from '@aws-sdk/client-sqs';
import { fromWire, WIRE, withoutReserved } from '../client/wire-attributes.ts';
import { FRAME_ENCODING, unpackFrame } from '../frames/frame.ts';
import { DEAD } from '../retry/dead-letter.ts';

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

const DEAD_NAMES: ReadonlySet<string> = new Set(Object.values(DEAD));
export const MOVED_BY_SQS = 'moved-by-sqs';

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
