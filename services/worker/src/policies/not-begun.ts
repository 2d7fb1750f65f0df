import { isMomentary } from '@postern/runtime';
import { RetryLater } from '@postern/sqs';

/** The database was away before a handler had begun that has few tries: those are for what it does, and an outage would use them up within a minute. */
export class NotBegun extends RetryLater {
  override name = 'NotBegun';
}

/** What a try failed by that ended before its handler had begun, as it is to count. @param tries the handler's own, if it has any */
export function beforeItBegan(error: unknown, tries: number | undefined): unknown {
  if (tries === undefined || !isMomentary(error)) return error;
  return new NotBegun('the database does not answer', { cause: error });
}
