/** The message can never be sent as it is: too large, a character SQS refuses, no group on a FIFO queue. */
export class MessageRefusedError extends Error {
  override name = 'MessageRefusedError';
  /** SQS's code, or ours when the message did not get that far. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** SQS did not take the message within the time for retries. Trying later may help. */
export class SendFailedError extends Error {
  override name = 'SendFailedError';
}

/** The sender's buffer is full: SQS is slower than its callers. Trying later helps; see `SqsSender.ready()`. */
export class SenderFullError extends Error {
  override name = 'SenderFullError';
}

/** By the message's turn whoever had it sent did not want that any more: it was not sent. */
export class NotWantedError extends Error {
  override name = 'NotWantedError';

  constructor() {
    super('it was not wanted any more by the time it could be sent');
  }
}

export class SenderClosedError extends Error {
  override name = 'SenderClosedError';

  constructor() {
    super('The sender was closed; the process is shutting down.');
  }
}
