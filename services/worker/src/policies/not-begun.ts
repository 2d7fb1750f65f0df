import { isMomentary } from '@postern/runtime';
import { RetryLater } from '@postern/sqs';

/**
 * A handler was not begun: its rate, its breaker or its room had it wait, or the database was away and it has few tries, which are for what it does: an
 * outage would use them up within a minute.
 */
export class NotBegun extends RetryLater {
  override name = 'NotBegun';
}

/** What a try failed by that ended before its handler had begun, as it is to count. @param tries the handler's own, if it has any */
export function beforeItBegan(error: unknown, tries: number | undefined): unknown {
  if (tries === undefined || !isMomentary(error)) return error;
  return new NotBegun('the database does not answer', { cause: error });
}
