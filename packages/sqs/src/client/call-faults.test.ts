import { expect, test } from 'vitest';
import { isRefusedMessage, isStaleReceipt } from './call-faults.ts';

test.each([
  'InvalidMessageContents',
  'MessageTooLong',
  'BatchRequestTooLong',
  'AWS.SimpleQueueService.BatchRequestTooLong',
  'InvalidParameterValue',
  'InvalidAttributeValue',
  'MissingParameter',
])('%s is the message’s fault', (code) => {
  expect(isRefusedMessage(code)).toBe(true);
});

test.each([
  'RequestThrottled',
  'ThrottlingException',
  'OverLimit',
  'AccessDenied',
  'AccessDeniedException',
  'InvalidSecurity',
  'InvalidAddress',
  'ExpiredToken',
  'UnrecognizedClientException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'KmsThrottled',
  'KMS.InvalidParameterValue',
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
  'ServiceUnavailable',
  'InternalFailure',
  'Http503',
  'TimeoutError',
])('%s passes, for messages and for leases', (code) => {
  expect(isRefusedMessage(code)).toBe(false);
  expect(isStaleReceipt(code)).toBe(false);
});

test.each(['ReceiptHandleIsInvalid', 'MessageNotInflight', 'InvalidParameterValue'])('%s ends a lease', (code) => {
  expect(isStaleReceipt(code)).toBe(true);
});
