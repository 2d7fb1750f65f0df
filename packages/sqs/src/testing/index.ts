export { MemoryQueue } from '../drivers/memory-queue.ts';
export { type MemoryCall, MemorySqs, type MemorySqsOptions } from '../drivers/memory-sqs.ts';
export { MemorySender } from './memory-sender.ts';
export { type TestSqs, testSqs } from './test-sqs.ts';
