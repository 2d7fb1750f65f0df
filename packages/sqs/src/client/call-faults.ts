/**
 * What a failed entry or call of SQS means, by its code. `SenderFault` is no help: SQS sets it for throttling and for missing
 * rights as well, which pass, and batch entries must be judged as whole calls are. Codes come bare, or with a service's
 * prefix (`AWS.SimpleQueueService.…`), from AWS, fauxqs and ElasticMQ alike. What is in no list is tried again.
 */

/** The message is at fault (API reference, SendMessage, errors): too long, or with a text or parameter that SQS refuses. */
const REFUSED = /(^|\.)(\w*TooLong|InvalidMessageContents|InvalidParameter\w*|InvalidAttribute\w*|MissingParameter)$/;
/** A key of AWS KMS that is disabled, missing or throttled, rights and security tokens: an operator's affair, and it passes. */
const OPERATORS = /^kms|(^|\.)kms/i;
/** The receipt is stale: SQS may have given the message to somebody else (ChangeMessageVisibility and DeleteMessage, errors). */
const STALE = /(^|\.)(ReceiptHandleIsInvalid|MessageNotInflight|InvalidParameterValue|InvalidIdFormat)$/;

/** Whether SQS refused a message for what it is, which no repetition changes. */
export function isRefusedMessage(code: string): boolean {
  return REFUSED.test(code) && !OPERATORS.test(code);
}

/** Whether a delete or a change of visibility failed because the lease is gone, which no repetition changes. */
export function isStaleReceipt(code: string): boolean {
  return STALE.test(code) && !OPERATORS.test(code);
}
