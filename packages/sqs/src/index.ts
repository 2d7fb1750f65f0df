export { createSqsClient, type SqsClientOptions } from './client/create-sqs-client.ts';
export { HttpSqsApi } from './client/http-sqs-api.ts';
export { findQueue, MissingQueuesError, type OpenQueuesOptions, openQueues, queueNames } from './client/open-queues.ts';
export { type QueueAddress, QueueDirectory, UnknownQueueError } from './client/queue-directory.ts';
export { SdkSqsApi } from './client/sdk-sqs-api.ts';
export { SQS_LIMITS, SqsApi } from './client/sqs-api.ts';
export { toSqsApi } from './client/to-sqs-api.ts';
export { fromWire, toWire, WIRE, withoutReserved } from './client/wire-attributes.ts';
export type { ConsumerOptions } from './consumer/consumer-options.ts';
export type { StopReport } from './consumer/drain.ts';
export { QueueConsumer } from './consumer/queue-consumer.ts';
export type { MessageHandler, ReceivedMessage } from './consumer/received-message.ts';
export { SharedConcurrency, type SlotSource } from './consumer/shared-concurrency.ts';
export * from './dead-letters/index.ts';
export { SyncSender, type SyncSenderOptions } from './drivers/sync-sender.ts';
export * from './durable/index.ts';
export { BrokenFrameError, FRAME_ENCODING, type FrameEntry, packFrame, unpackFrame } from './frames/frame.ts';
export * from './inbox/index.ts';
export * from './jobs/index.ts';
export { type BulkheadOptions, bulkhead } from './middleware/bulkhead.ts';
export { type CircuitBreakerOptions, circuitBreaker } from './middleware/circuit-breaker.ts';
export { log } from './middleware/log.ts';
export { countRuns, metrics } from './middleware/metrics.ts';
export { type Middleware, withMiddleware } from './middleware/middleware.ts';
export { type RateLimitOptions, rateLimit } from './middleware/rate-limit.ts';
export { timeout } from './middleware/timeout.ts';
export { currentTrace, currentTraceparent, type TraceContext, trace } from './middleware/trace.ts';
export * from './outbox/index.ts';
export { DEAD, type DeadLetterCause, type DeadLetterSource, toDeadLetter } from './retry/dead-letter.ts';
export {
  AttemptsUsedUpError,
  ConsumerStoppedError,
  HandlerTimeoutError,
  LeaseLostError,
  PermanentError,
  RetryLater,
  type RetryLaterOptions,
} from './retry/outcomes.ts';
export { DEFAULT_RETRY, type RetryPolicy, retryDelay } from './retry/retry-policy.ts';
export { MessageRefusedError, SenderClosedError, SenderFullError, SendFailedError } from './sender/errors.ts';
export type { FrameLimits } from './sender/frame-packer.ts';
export { MessageSender, type OutgoingMessage } from './sender/message-sender.ts';
export { type SenderOptions, SqsSender } from './sender/sqs-sender.ts';
