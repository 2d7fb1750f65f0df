export { createSqsClient } from './client/create-sqs-client.ts';
export { addDepthGauges } from './client/depth-gauges.ts';
export { nestingOf } from './client/nesting.ts';
export { findQueue, MissingQueuesError, openQueues, queueNames } from './client/open-queues.ts';
export { depthsOf, queueDepths, UnansweredQueuesError } from './client/queue-depths.ts';
export { QueueDirectory } from './client/queue-directory.ts';
export type { Right } from './client/queue-rights.ts';
export { queuesCheck } from './client/queues-check.ts';
export { toSqsApi } from './client/to-sqs-api.ts';
export { fromWire, WIRE } from './client/wire-attributes.ts';
export { TIME_BOUNDS, WAIT_BOUNDS } from './consumer/consumer-metrics.ts';
export type { ConsumerOptions } from './consumer/consumer-options.ts';
export { QueueConsumer } from './consumer/queue-consumer.ts';
export type { MessageHandler } from './consumer/received-message.ts';
export type { DeadLetterFilter } from './dead-letters/dead-letter-filter.ts';
export { DEAD, type DeadLetter } from './dead-letters/dead-letter-format.ts';
export { DeadLetterGauges } from './dead-letters/dead-letter-gauges.ts';
export { DeadLetters } from './dead-letters/dead-letters.ts';
export { deadLettersCommands } from './dead-letters/dead-letters-commands.ts';
export { FRAME_ENCODING, packFrame, unpackFrame } from './frames/frame.ts';
export * from './ports.ts';
export {
  AttemptsUsedUpError,
  ConsumerStoppedError,
  HandlerTimeoutError,
  LeaseLostError,
  PermanentError,
  RetryLater,
  TryFailed,
} from './retry/outcomes.ts';
export { SendFailedError } from './sender/errors.ts';
export { SqsSender } from './sender/sqs-sender.ts';
