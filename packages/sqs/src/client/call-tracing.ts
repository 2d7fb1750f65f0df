import { tracingChannel } from 'node:diagnostics_channel';
import type { SqsAction } from './sqs-call.ts';

/** What a tracer hears of a call. */
export interface TracedCall {
  action: SqsAction;
  queueUrl: string;
  /** Added to the request, beside what is signed; a subscriber of `start` may write `traceparent` or `x-amzn-trace-id` here. */
  headers: Record<string, string>;
  /** SQS's id of the request, once it has answered. */
  requestId: string | undefined;
}

/**
 * Node's hook for tracers: `diagnostics_channel.tracingChannel('postern:sqs-call')` reports start, end and error of each direct call.
 * Calls through the SDK have the SDK's own hooks (its client's middleware).
 */
export const callsInProgress = tracingChannel<TracedCall, TracedCall>('postern:sqs-call');
