/** Thrown by a handler: try again, after `delayMs` milliseconds or, without it, after the retry policy's backoff. */
export class RetryLater extends Error {
  override name = 'RetryLater';
  readonly delayMs: number | undefined;

  constructor(
    message = 'The handler asked to be tried again later',
    options: { delayMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.delayMs = options.delayMs;
  }
}

/** Thrown by a handler: no further try can help. The message goes to the dead-letter queue at once. */
export class PermanentError extends Error {
  override name = 'PermanentError';
  /** Short and stable, to filter dead letters by: `unknown-type`, `invalid-data`. */
  readonly reason: string;

  constructor(reason: string, message: string = reason, options: { cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Aborts a handler that ran past its time limit. */
export class HandlerTimeoutError extends Error {
  override name = 'HandlerTimeoutError';

  constructor(limitMs: number) {
    super(`The handler did not end within ${limitMs} ms`);
  }
}

/** Aborts a handler whose message SQS may by now have given to another consumer. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';

  constructor(why: string) {
    super(`The lease on the message was lost: ${why}`);
  }
}

/** Aborts a handler that was still running at the deadline of `stop()`. */
export class ConsumerStoppedError extends Error {
  override name = 'ConsumerStoppedError';

  constructor() {
    super('The consumer stopped before the handler ended');
  }
}
