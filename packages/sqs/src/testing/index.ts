export { deadLetter } from './dead-letter.ts';
export { MemorySender } from './memory-sender.ts';
export { MemorySqs } from './memory-sqs.ts';
export { PATIENCE } from './patience.ts';
export { type Allows, sqsByRights } from './sqs-by-rights.ts';
export { SyncSender } from './sync-sender.ts';
export { type TestSqs, testSqs } from './test-sqs.ts';
