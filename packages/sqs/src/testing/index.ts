export { MemorySender } from './memory-sender.ts';
export { MemorySqs } from './memory-sqs.ts';
export { type TestSqs, testSqs } from './test-sqs.ts';
