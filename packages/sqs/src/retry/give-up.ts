import { ConsumerStoppedError, LeaseLostError, PermanentError, RetryLater } from './outcomes.ts';

/** What the decision depends on. */
interface Tried {
  /** The try that has just failed, from 1. */
  attempt: number;
  /** Tries in all. */
  attempts: number;
  /** For how long the message has waited, as its limit counts it, in milliseconds. */
  waitedMs: number;
  /** For how long it may be made to wait. */
  waitMs: number;
}

/**
 * The one rule by which a message is given up: the reason for its dead letter, or undefined while it is to be tried again. What was
 * asked to wait costs no try, and is bounded by its time alone; a try that a stop or a lost lease cut off decides nothing.
 */
export function giveUpReason(error: unknown, { attempt, attempts, waitedMs, waitMs }: Tried): string | undefined {
  if (error instanceof ConsumerStoppedError || error instanceof LeaseLostError) return undefined;
  if (error instanceof PermanentError) return error.reason;
  if (error instanceof RetryLater) return waitedMs >= (error.atMostMs ?? waitMs) ? error.reason : undefined;
  return attempt >= attempts ? 'attempts-used-up' : undefined;
}
