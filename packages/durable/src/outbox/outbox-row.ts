import { errorMessage, toDate } from '@postern/runtime';
import type { OutgoingMessage } from '@postern/sqs/ports';
import { z } from 'zod';

/** SQS delays a message by at most 15 minutes (SendMessage, DelaySeconds). */
export const MAX_SQS_DELAY_MS = 900_000;

/** A message that has not been sent yet, as the outbox keeps it. */
export interface OutboxRow {
  id: number;
  queue: string;
  message: OutgoingMessage;
  orderKey: string | undefined;
  createdAt: Date;
  /** When the message may reach its consumer; at once without it. */
  availableAt: Date | undefined;
  /** How often sending it has failed by its own fault. */
  attempts: number;
  /** Why it cannot be sent, where what is stored is not a message. */
  unreadable?: string;
}

/** The parts of a message that have no column of their own. */
type Headers = Pick<OutgoingMessage, 'traceparent' | 'groupId' | 'deduplicationId' | 'attempt' | 'attributes'>;

const headersSchema = z.object({
  traceparent: z.string().exactOptional(),
  groupId: z.string().exactOptional(),
  deduplicationId: z.string().exactOptional(),
  attempt: z.int().min(1).exactOptional(),
  attributes: z.record(z.string(), z.string()).exactOptional(),
});

/** What of a message goes into which column. */
export function messageColumns({ id, type, body, ...message }: OutgoingMessage) {
  const { traceparent, groupId, deduplicationId, attempt, attributes } = message;
  const headers = { traceparent, groupId, deduplicationId, attempt, attributes };
  const empty = Object.values(headers).every((header) => header === undefined);
  return { message_id: id, type, body, headers: empty ? null : JSON.stringify(headers) };
}

export interface OutboxRecord {
  id: number;
  queue: string;
  message_id: string;
  type: string;
  body: string;
  headers: string | null;
  order_key: string | null;
  created_at: unknown;
  available_at: unknown;
  due_at: unknown;
  holder: string | null;
  attempts: number;
  last_error: string | null;
}

/**
 * A stored row as it is to be sent at `now`: a delay is what is left of it, not what it was when it was stored. Never throws: rows are
 * claimed by the hundred, and one that somebody has cut or edited must not keep the others.
 */
export function toOutboxRow(record: OutboxRecord, now: Date): OutboxRow {
  const availableAt = toDate(record.available_at) ?? undefined;
  const { headers, unreadable } = readHeaders(record.headers);
  return {
    id: Number(record.id),
    queue: record.queue,
    message: { id: record.message_id, type: record.type, body: record.body, ...headers, ...delay(availableAt, now) },
    orderKey: record.order_key ?? undefined,
    createdAt: toDate(record.created_at) as Date,
    availableAt,
    attempts: record.attempts,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

function readHeaders(text: string | null): { headers: Headers; unreadable?: string } {
  if (text === null) return { headers: {} };
  try {
    return { headers: headersSchema.parse(JSON.parse(text)) };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    return { headers: {}, unreadable: `its column "headers" cannot be read: ${why}` };
  }
}

/** What is left until `availableAt`, as a message's `delayMs`; nothing when that has passed. */
export function delay(availableAt: Date | undefined, now: Date): Pick<OutgoingMessage, 'delayMs'> {
  const left = availableAt === undefined ? 0 : availableAt.getTime() - now.getTime();
  return left > 0 ? { delayMs: left } : {};
}
