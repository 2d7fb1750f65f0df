export { MemorySender } from './memory-sender.ts';
export { type TestSqs, testSqs } from './test-sqs.ts';
