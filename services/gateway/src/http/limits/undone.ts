import { isRetryable, isUnavailable } from '@postern/runtime';
import { ProblemError } from '../problem.ts';

const TURNED_AWAY: ReadonlySet<number> = new Set([422, 503]);

/**
 * What of its counts a request that ended so has taken back. All of them where the database could not do it: that is nobody's doing. What they
 * count of effects where it was turned away with 503, or with 422 for what it asked for, such as a password that is too common. None where it had an
 * outcome, or where nobody can know it (`CommitOutcomeUnknown`).
 */
export function undoneBy(error: unknown): 'all' | 'effects' | undefined {
  if (error instanceof ProblemError) return TURNED_AWAY.has(error.status) ? 'effects' : undefined;
  return isUnavailable(error) || isRetryable(error) ? 'all' : undefined;
}
