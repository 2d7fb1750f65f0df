import type { Message } from '@aws-sdk/client-sqs';
import { newId } from '@postern/runtime';
import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import type { History } from '../retry/history.ts';
import { type PreparedMessage, prepareMessage } from '../sender/prepared-message.ts';
import type { Delivery } from './delivery.ts';
import type { Lease } from './lease.ts';

/** In what a copy differs from its message. */
export interface CopyChange {
  attempt: number;
  history: History;
  delayMs?: number;
}

/**
 * A message once more, by itself, with what is to be remembered of it.
 *
 * @throws MessageRefusedError when that is more than SQS takes
 */
export function copyDelivery(
  delivery: Delivery,
  { attempt, history, delayMs = 0 }: CopyChange,
  { fifo, now }: { fifo: boolean; now: number },
): PreparedMessage {
  const { id, type, body, attributes, traceparent, groupId } = delivery;
  const message = {
    ...{ id, type, body, attempt, delayMs, attributes },
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(groupId === undefined ? {} : { groupId }),
  };
  // Under the message's own id a FIFO queue would drop it as a repeat.
  return { ...prepareMessage(message, fifo, now), history, deduplicationId: newId() };
}

/** A message as it came, with a whole frame where it is of one: that much SQS has taken before. */
export function asItIs({ raw }: Lease, fifo: boolean): SendEntry {
  return { ...copyEntry(raw, 0), ...(fifo ? { deduplicationId: newId() } : {}) };
}

/** A message once more, as it is written, delayed as long as SQS does. */
export function copyEntry({ Body = '', MessageAttributes = {}, Attributes }: Message, delayMs: number): SendEntry {
  const groupId = Attributes?.MessageGroupId;
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    BinaryValue ? { DataType, BinaryValue } : { DataType, StringValue },
  ]);
  return {
    body: Body,
    attributes: Object.fromEntries(attributes),
    delaySeconds: Math.min(SQS_LIMITS.delaySeconds, Math.ceil(delayMs / 1_000)),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
