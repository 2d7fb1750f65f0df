/** What a message is on its way out and on its way in, and how its handling ends: no SQS and no AWS behind any of it. */
export type { QueueDepth, UnansweredQueuesError } from './client/queue-depths.ts';
export { UnknownQueueError } from './client/queue-directory.ts';
export type { ReceivedMessage } from './consumer/received-message.ts';
export { giveUpReason } from './retry/give-up.ts';
export { RetryLater } from './retry/outcomes.ts';
export { DEFAULT_RETRY } from './retry/retry-policy.ts';
export { MessageRefusedError, NotWantedError, SenderClosedError, SenderFullError } from './sender/errors.ts';
export { MessageSender, type OutgoingMessage, type SendOptions } from './sender/message-sender.ts';
