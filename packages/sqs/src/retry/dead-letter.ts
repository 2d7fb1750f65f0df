import { errorMessage, newId } from '@postern/runtime';
import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import { refusedCharacter, toSqsBody, toSqsText } from '../client/sqs-text.ts';
import { toWire, WIRE, wireBytes } from '../client/wire-attributes.ts';
import { FRAME_ENCODING, packFrame } from '../frames/frame.ts';

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
 * The SQS entry of a dead letter: the message as it was, and why it is here. Undefined when message and reasons together
 * are more than SQS takes; SQS's own redrive then moves the message as it is.
 */
export function toDeadLetter(source: DeadLetterSource, cause: DeadLetterCause, fifo: boolean): SendEntry | undefined {
  const name = cause.error instanceof Error ? `${cause.error.name}: ` : '';
  const attributes = withoutDead(source.attributes);
  // It came out of a frame and SQS would refuse it plain: back into one.
  const text = toSqsBody(source.body);
  const framed = refusedCharacter(text) !== -1;
  const body = framed ? packFrame([{ ...source, sentAt: cause.firstAt.getTime() }]) : text;
  const entry = (errorBytes: number): SendEntry => ({
    body,
    attributes: toWire(
      {
        [WIRE.id]: source.id,
        [WIRE.type]: source.type,
        [WIRE.traceparent]: source.traceparent,
        [WIRE.encoding]: framed ? FRAME_ENCODING : (source.encoding ?? 'json'),
        [DEAD.reason]: toSqsText(cause.reason, NAME_BYTES) || 'no-reason',
        [DEAD.error]: toSqsText(`${name}${errorMessage(cause.error)}`, errorBytes),
        [DEAD.attempts]: String(cause.attempts),
        [DEAD.handler]: toSqsText(cause.handler, NAME_BYTES),
        [DEAD.times]: `${cause.firstAt.toISOString()}/${cause.lastAt.toISOString()}`,
      },
      attributes,
    ),
    ...(source.groupId === undefined ? {} : { groupId: source.groupId }),
    // Under the message's own id SQS would drop it as a repeat, when it died before in the last five minutes: it would be lost.
    ...(fifo ? { deduplicationId: newId() } : {}),
  });
  // Of what was added, the text of the error is what can go.
  for (const errorBytes of [ERROR_BYTES, 64]) {
    const made = entry(errorBytes);
    if (Buffer.byteLength(made.body) + wireBytes(made.attributes) <= SQS_LIMITS.bytes) return made;
  }
  return undefined;
}

/** What was dead before and is again has old reasons with it; only the new ones count. */
function withoutDead(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const dead: ReadonlySet<string> = new Set(Object.values(DEAD));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !dead.has(name)));
}
