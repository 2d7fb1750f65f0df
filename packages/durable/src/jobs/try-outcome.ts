import { errorMessage, failureWords, withoutAddresses } from '@postern/runtime';
import { RetryLater } from '@postern/sqs/ports';

interface TryOutcome {
  /** `waits` of one that was asked to come again, and cost nothing. */
  outcome: 'failed' | 'waits';
  /** Its words without addresses, and of what has failed where in our sources. */
  error: string;
}

/** How a try ended that did not succeed, as it is kept for traces. @param max characters of its words */
export function tryOutcome(error: unknown, max: number): TryOutcome {
  if (!(error instanceof RetryLater)) return { outcome: 'failed', error: failureWords(error, max) };
  return { outcome: 'waits', error: withoutAddresses(errorMessage(error)).slice(0, max) };
}
