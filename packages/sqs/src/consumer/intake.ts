import type { Message } from '@aws-sdk/client-sqs';
import { SQS_LIMITS } from '../client/sqs-api.ts';
import { fromWire, WIRE, withoutReserved } from '../client/wire-attributes.ts';
import { FRAME_ENCODING, MAX_NAME, unpackFrame } from '../frames/frame.ts';
import { type History, readHistory } from '../retry/history.ts';
import { MAX_DELAY_MS } from '../retry/retry-policy.ts';
import { Delivery, type DeliveryRules } from './delivery.ts';
import { Lease } from './lease.ts';

/** What a received SQS message turned out to be. */
type Intake =
  | { kind: 'ready'; lease: Lease }
  /** Its time has not come: to be put off by this many milliseconds. */
  | { kind: 'early'; lease: Lease; remainingMs: number; notBefore: number }
  /** It cannot be understood: to the dead-letter queue with this reason. */
  | { kind: 'broken'; lease: Lease; reason: string; message: string };

/** How long one put-off by visibility lasts at most: SQS counts its 12 hours from the receive, so a little less. */
export const MAX_HIDE_MS = (SQS_LIMITS.visibilitySeconds - 600) * 1_000;

/** Clocks of senders and consumers may differ by this much, in milliseconds. */
const SKEW_MS = 600_000;

interface IntakeOptions {
  queue: string;
  /** The time of day, in milliseconds since 1970. */
  now: number;
  /** Until when SQS keeps the message from others, by the monotonic clock. */
  deadline: number;
  /** For how long SQS keeps it, in milliseconds. */
  termMs: number;
  fifo: boolean;
  rules: DeliveryRules;
}

/** Reads what SQS handed over. Never throws: whatever is wrong with a message comes back as `broken`. */
export function takeIn(raw: Message, { queue, now, deadline, termMs, fifo, rules }: IntakeOptions): Intake {
  const attributes = fromWire(raw.MessageAttributes);
  const encoding = attributes[WIRE.encoding] ?? 'json';
  const lease = new Lease(raw, { deadline, termMs, now, isFrame: encoding === FRAME_ENCODING });
  const broken = (reason: string, message: string): Intake => ({ kind: 'broken', lease, reason, message });
  const firstAttempt = Number(attributes[WIRE.attempt] ?? 1);
  if (!Number.isSafeInteger(firstAttempt) || firstAttempt < 1) {
    return broken(
      'bad-attribute',
      `The attribute ${WIRE.attempt} is ${quoted(attributes[WIRE.attempt])}, not a number from 1`,
    );
  }
  const long = [WIRE.id, WIRE.type].find((name) => (attributes[name]?.length ?? 0) > MAX_NAME);
  if (long !== undefined) return broken('bad-attribute', `The attribute ${long} has more than ${MAX_NAME} characters`);
  const notBefore = Number(attributes[WIRE.notBefore] ?? 0);
  if (!Number.isSafeInteger(notBefore) || notBefore < 0) {
    return broken(
      'bad-attribute',
      `The attribute ${WIRE.notBefore} is ${quoted(attributes[WIRE.notBefore])}, not a time`,
    );
  }
  if (notBefore > now + MAX_DELAY_MS + SKEW_MS) {
    return broken('bad-attribute', `The attribute ${WIRE.notBefore} is ${notBefore}, more than a year ahead`);
  }
  if (notBefore > now) return { kind: 'early', lease, remainingMs: notBefore - now, notBefore };
  const tries = Math.max(0, lease.receiveCount - 1 - hopsBefore(notBefore, lease.sentAt, fifo));
  lease.tries = tries;
  const before = pastOnly(readHistory(attributes[WIRE.history] ?? ''), now);
  const historyOf = (sentAt: number): History =>
    before ?? { sentAt, dueAt: Math.max(sentAt, notBefore), firstAt: lease.firstReceivedAt, waits: 0, alone: false };
  if (encoding === FRAME_ENCODING) {
    try {
      for (const [index, entry] of unpackFrame(raw.Body ?? '').entries()) {
        const attempt = (entry.attempt ?? 1) + tries;
        const { type, body, sentAt, traceparent, attributes: further = {}, fault } = entry;
        const id = entry.id || `${raw.MessageId ?? lease.receipt}/${index}`;
        const history = historyOf(fault === undefined ? sentAt : lease.sentAt);
        const fields = { id, type, body, history, traceparent, attempt, attributes: further, fault };
        const groupId = raw.Attributes?.MessageGroupId;
        lease.deliveries.push(new Delivery(queue, { ...fields, groupId }, lease, rules));
      }
    } catch (error) {
      return broken('broken-frame', (error as Error).message);
    }
  } else if (encoding === 'json') {
    const fields = {
      id: attributes[WIRE.id] || raw.MessageId || lease.receipt,
      type: attributes[WIRE.type] ?? '',
      body: raw.Body ?? '',
      attempt: firstAttempt + tries,
      history: historyOf(lease.sentAt),
      traceparent: attributes[WIRE.traceparent],
      groupId: raw.Attributes?.MessageGroupId,
      attributes: withoutReserved(attributes),
    };
    lease.deliveries.push(new Delivery(queue, fields, lease, rules));
  } else {
    return broken(
      'unknown-encoding',
      `The body's encoding is ${quoted(encoding)}; known are json and ${FRAME_ENCODING}`,
    );
  }
  lease.outstanding = lease.deliveries.length;
  return { kind: 'ready', lease };
}

/** Of a time to come no consumer has written: a message that was never due could be made to wait for ever. */
function pastOnly(history: History | undefined, now: number): History | undefined {
  if (!history) return undefined;
  const { sentAt, dueAt, firstAt, heldSince = 0 } = history;
  return Math.max(sentAt, dueAt, firstAt, heldSince) <= now + SKEW_MS ? history : undefined;
}

/** For a log line: whoever writes to the queue chooses it, and how long it is. */
function quoted(value = ''): string {
  return JSON.stringify(value.length > MAX_NAME ? `${value.slice(0, MAX_NAME)}…` : value);
}

/**
 * How many receives went by only to put the message off until `notBefore`: they are not attempts. SQS delays the first 15
 * minutes itself (in a FIFO queue it cannot), then each hop hides it for `MAX_HIDE_MS`.
 */
function hopsBefore(notBefore: number, sentAt: number, fifo = false): number {
  if (notBefore === 0) return 0;
  const delayedMs = fifo ? 0 : SQS_LIMITS.delaySeconds * 1_000;
  return Math.max(0, Math.ceil((notBefore - sentAt - delayedMs) / MAX_HIDE_MS));
}
