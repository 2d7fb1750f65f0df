import { addressSite } from '../../http/read-address.ts';
import { ProblemError, type RequestContext } from '../../http/route.ts';
import type { AuditAction, AuditEntry } from './audit-log.ts';
import type { Journal } from './journal.ts';

const TOO_MANY = 429;

/** What was tried, and by whom if that is known. */
interface Attempted {
  action: AuditAction;
  subjectId?: string | undefined;
  context: RequestContext;
}

/**
 * Does the work. That it was answered with "wait" is recorded with the kind of limit, once a minute for a client address (ASVS 5.0,
 * 16.3.1 and 16.3.3), so that a flood that is refused does not fill the log.
 */
export async function recordingWaits<T>(journal: Journal, attempted: Attempted, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError && error.status === TOO_MANY) {
      const { action, context } = attempted;
      const entry: AuditEntry = {
        ...attempted,
        outcome: 'failure',
        reason: 'told to wait',
        details: { limit: [error.type] },
      };
      await journal.recordOnce(`${action} ${addressSite(context.address)}`, entry);
    }
    throw error;
  }
}
