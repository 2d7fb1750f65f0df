import { isRetryable, isUnavailable } from '@postern/runtime';
import { ProblemError } from '../problem.ts';

/**
 * What of its counts a request that ended so has taken back. All of them where the database could not do it: that is nobody's doing. What they
 * count of effects where it was turned away with 503. None where it had an outcome, or where nobody can know it (`CommitOutcomeUnknown`).
 */
export function undoneBy(error: unknown): 'all' | 'effects' | undefined {
  if (error instanceof ProblemError) return error.status === 503 ? 'effects' : undefined;
  return isUnavailable(error) || isRetryable(error) ? 'all' : undefined;
}
