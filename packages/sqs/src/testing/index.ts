export { MemoryQueue } from './memory-queue.ts';
export { MemorySender } from './memory-sender.ts';
export { type MemoryCall, MemorySqs, type MemorySqsOptions } from './memory-sqs.ts';
export { SyncSender, type SyncSenderOptions } from './sync-sender.ts';
export { type TestSqs, testSqs } from './test-sqs.ts';
