import { beginSpan, type Span, type SpanAttributes } from '@postern/runtime';
import { RetryLater } from '../retry/outcomes.ts';

/** What spans say of a queue, of a message on its way out, and of one that is handled (a `Delivery`). */
interface Addressed {
  url: string;
}
interface Traced {
  id: string;
  type: string;
  traceparent?: string | undefined;
}
interface Received extends Traced {
  attempt: number;
  lease: { receivedAt: number };
}

/** Spans of messages, as "Semantic Conventions for Messaging Spans" (1.45) and those for SQS name them. */
type Operation = 'send' | 'receive' | 'process';

/**
 * From the hand-over of a message until SQS has it, waiting for company and repetitions included. The message carries this span on, so
 * that its handling is a child of its sending, in one trace.
 */
export function beginSendSpan(address: Addressed, message: Traced): Span | undefined {
  const { traceparent: parent } = message;
  return beginSpan(`send ${queueOf(address)}`, {
    kind: 'producer',
    attributes: attributesOf('send', address, message),
    ...(parent === undefined ? {} : { parent }),
  });
}

/**
 * One handling of a message. Before it comes the receive: from when SQS gave the message until its handler began, which is what it
 * waited for one here. Both belong to the message's own trace, whatever runs at the time.
 */
export function beginProcessSpan(address: Addressed, delivery: Received): Span | undefined {
  const received = beginSpan(`receive ${queueOf(address)}`, {
    kind: 'client',
    parent: delivery.traceparent ?? '',
    startedAt: delivery.lease.receivedAt,
    attributes: attributesOf('receive', address, delivery),
  });
  if (!received) return undefined;
  received.end();
  return beginSpan(`process ${queueOf(address)}`, {
    kind: 'consumer',
    parent: received.traceparent,
    attributes: { ...attributesOf('process', address, delivery), 'postern.message.attempt': delivery.attempt },
  });
}

/** What is asked to wait has not failed. */
export function endProcessSpan(span: Span, error: unknown): void {
  const waits = error instanceof RetryLater;
  span.set({ 'postern.message.outcome': error === undefined ? 'done' : waits ? 'waits' : 'failed' });
  span.end(waits ? undefined : error);
}

function attributesOf(operation: Operation, address: Addressed, { id, type }: Traced): SpanAttributes {
  return {
    'messaging.system': 'aws_sqs',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': queueOf(address),
    'messaging.message.id': id,
    'postern.message.type': type,
  };
}

/** The queue's name in SQS. */
function queueOf({ url }: Addressed): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
