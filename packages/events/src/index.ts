export * from './catalog/index.ts';
export {
  type DataOf,
  defineEvent,
  defineJob,
  type MessageDefinition,
  type MessageKind,
  type Upcast,
} from './define.ts';
export { type EmailAddress, readDomain, readEmailAddress, shownAddress } from './email-address.ts';
export { createEnvelope, type Envelope, EnvelopeError, type EnvelopeErrorReason } from './envelope.ts';
export type { WriterKeys } from './envelope-mac.ts';
export { EnvelopeReader, type EnvelopeReaderOptions, signEnvelope } from './envelope-reader.ts';
export { EnvelopeWriter } from './envelope-writer.ts';
export { foldAddress } from './fold-address.ts';
export type { KeySet } from './key-set.ts';
export { events, jobs } from './known.ts';
export { type LinkClaim, type LinkPurpose, linkRecipient, linkToken, readLinkToken } from './link-token.ts';
export { UnsignedWindow, type UnsignedWindowOptions } from './unsigned-window.ts';
export { readUnsubscribeToken, type Unsubscription, unsubscribeToken } from './unsubscribe-token.ts';
export { GATEWAY, WORKER, type Writer } from './writers.ts';
