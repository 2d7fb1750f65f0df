import type { RequestContext } from '../../http/route.ts';
import type { AuditEntry } from './audit-log.ts';

/** Who does something to an account: an administrator in a request, or an operator by command. */
export type Doer = { actorId: string; context: RequestContext } | { operator: string };

/** What the audit log says of them. */
export function auditedBy(doer: Doer): Pick<AuditEntry, 'actorId' | 'context' | 'details'> {
  return 'operator' in doer ? { details: { by: [doer.operator] } } : doer;
}
