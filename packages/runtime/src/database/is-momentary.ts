import { CommitOutcomeUnknown, isUnavailable } from './database-unavailable.ts';
import { isRetryable } from './dialect.ts';

/**
 * Whether a statement or transaction failed of what passes by itself: the database is away, another transaction was in the way, or the answer to a
 * COMMIT was lost. The work is not to blame, and may be run again where running it twice does no harm.
 */
export function isMomentary(error: unknown): boolean {
  return error instanceof CommitOutcomeUnknown || isUnavailable(error) || isRetryable(error);
}
