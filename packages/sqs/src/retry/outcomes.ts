import { errorMessage } from '@postern/runtime';

interface RetryLaterOptions {
  /** Milliseconds until then; without it, by the retry policy's backoff. */
  delayMs?: number;
  /**
   * How long the message may be made to wait in all, in milliseconds, since a handler first had it wait under such a limit: what it waited in
   * its queue before does not count. Without it the policy's `waitMs` counts, since it was due.
   */
  atMostMs?: number;
  /** The dead letter's reason when that is over; default `waited-too-long`. */
  reason?: string;
  cause?: unknown;
}

/** Thrown by a handler: try again later. Waiting is not a failure, so it costs none of the policy's attempts. */
export class RetryLater extends Error {
  override name = 'RetryLater';
  readonly delayMs: number | undefined;
  readonly atMostMs: number | undefined;
  readonly reason: string;

  constructor(message = 'The handler asked to be tried again later', options: RetryLaterOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.delayMs = numberOf(options.delayMs);
    this.atMostMs = numberOf(options.atMostMs);
    this.reason = options.reason ?? 'waited-too-long';
  }
}

/** Of what a handler has read from a header, perhaps: SQS refuses a wait of NaN, and under a limit of NaN it would never end. */
function numberOf(ms: number | undefined): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
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

/** Thrown by what runs a handler for its consumer: the try has failed, by `cause`, and the next is to come after a time of its own. */
export class TryFailed extends Error {
  override name = 'TryFailed';
  readonly delayMs: number;

  constructor(cause: unknown, delayMs: number) {
    super(errorMessage(cause), { cause });
    this.delayMs = delayMs;
  }
}

/**
 * A message came that was handed out as often as it may be: no run of it came to an end that its consumer could report, or none was left
 * when it was sent again, as no dead letter could be written.
 */
export class AttemptsUsedUpError extends Error {
  override name = 'AttemptsUsedUpError';

  /** @param receives without a word of their end */
  constructor(receives: number, usedUpBefore = false) {
    super(
      usedUpBefore
        ? 'Its tries had been used up before: the log of that time says what it failed by'
        : `It was received ${receives} times and nothing was heard of it: its consumers died, or lost its lease`,
    );
  }
}

/** Aborts a handler that ran past its time limit. */
export class HandlerTimeoutError extends Error {
  override name = 'HandlerTimeoutError';
  readonly limitMs: number;

  /** `waitedFor`: what had not come by then, in words. */
  constructor(limitMs: number, waitedFor?: string) {
    super(`The handler did not end within ${limitMs} ms${waitedFor === undefined ? '' : `: ${waitedFor}`}`);
    this.limitMs = limitMs;
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
