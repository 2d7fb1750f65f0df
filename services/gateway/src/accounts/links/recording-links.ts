import { ProblemError, type RequestContext } from '../../http/route.ts';
import type { AuditAction } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';

/** Whose link it was that is good no more: what the cause of such a problem is. */
export class LinkOwner {
  readonly userId: string;

  constructor(userId: string) {
    this.userId = userId;
  }
}

/**
 * Does the work. That a link of ours was followed which had been used before, or was too old, is recorded, once a minute for its owner (ASVS 5.0,
 * 16.3.1): somebody else may have the mail.
 */
export async function recordingLinks<T>(
  journal: Journal,
  { action, context }: { action: AuditAction; context: RequestContext },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError && error.cause instanceof LinkOwner) {
      const { userId } = error.cause;
      const entry = { outcome: 'failure', reason: error.type, subjectId: userId, context } as const;
      await journal.recordOnce(`${action} ${error.type} ${userId}`, { action, ...entry });
    }
    throw error;
  }
}
