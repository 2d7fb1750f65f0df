import { ProblemError, type ProblemType, type RequestContext } from '../../http/route.ts';
import type { AuditAction } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';

/**
 * Runs the transaction of what was right when it was looked at. That it was refused all the same is recorded after it, as the line of the
 * transaction's own went with it.
 */
export async function recordingRefusals<T>(
  journal: Journal,
  about: { action: AuditAction; subjectId: string; context: RequestContext },
  refusals: readonly ProblemType[],
  transaction: () => Promise<T>,
): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    if (error instanceof ProblemError && refusals.some(({ type }) => type === error.type)) {
      await journal.recordNow({ ...about, outcome: 'failure', reason: error.type });
    }
    throw error;
  }
}
