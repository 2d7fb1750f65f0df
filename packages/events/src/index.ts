export { dataSchema, describeMessages } from './async-api.ts';
// All of the catalog: a new message is one line there.
export * from './catalog/index.ts';
export { type DataOf, defineEvent, defineJob, type JobOptions, type MessageDefinition } from './define.ts';
export { defineSubscriber, type Subscriber, sharedCopy } from './define-subscriber.ts';
export { readDomain, readEmailAddress, readStoredAddress, shownAddress } from './email-address.ts';
export { createEnvelope, type Envelope, findDefinition, parseEnvelope, readData } from './envelope.ts';
export { EnvelopeError } from './envelope-error.ts';
export type { WriterKeys } from './envelope-mac.ts';
export { EnvelopeReader, signEnvelope, type UnsignedWindow } from './envelope-reader.ts';
export { EnvelopeWriter } from './envelope-writer.ts';
export { foldAddress } from './fold-address.ts';
export type { KeySet } from './key-set.ts';
export { events, jobs } from './known.ts';
export {
  type LinkClaim,
  type LinkPurpose,
  linkRecipient,
  linkToken,
  readLinkToken,
  readUnprovenLink,
  type UnprovenLink,
} from './link-token.ts';
export { checkPolicies, type Policies } from './policies.ts';
export { isForeign, OWN_QUEUES, QUEUES, type QueueContent, type QueueName, queueContents } from './queues.ts';
export { redactBody } from './redact-body.ts';
export { subscribers } from './subscribers.ts';
export { readUnsubscribeToken, type Unsubscription, unsubscribeToken } from './unsubscribe-token.ts';
export { GATEWAY, WORKER } from './writers.ts';
