import { z } from 'zod';
import type { AuditRecord } from '../audit/audit-log.ts';
import { accountExample, accountView, viewOf } from '../profile/account-view.ts';
import type { User } from '../users/user.ts';

/** A person as administrators see them. */
export const adminView = accountView.extend({ disabled_at: z.iso.datetime().nullable() }).meta({ id: 'ManagedUser' });

type AdminView = z.infer<typeof adminView>;

export const adminExample: AdminView = { ...accountExample, disabled_at: null };

export function adminViewOf(user: User): AdminView {
  return { ...viewOf(user), disabled_at: user.disabledAt?.toISOString() ?? null };
}

export const auditView = z
  .strictObject({
    id: z.uuid(),
    at: z.iso.datetime(),
    action: z.string(),
    outcome: z.string(),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.array(z.string())).nullable(),
    actor_id: z.uuid().nullable(),
    subject_id: z.uuid().nullable(),
    address_range: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'AuditEntry' });

type AuditView = z.infer<typeof auditView>;

export const auditExample: AuditView = {
  id: '01993471-55aa-7c3e-8f10-0d4be1a0c9de',
  at: '2026-11-23T12:00:00.000Z',
  action: 'sign-in',
  outcome: 'failure',
  reason: 'wrong password',
  details: null,
  actor_id: null,
  subject_id: accountExample.id,
  address_range: '203.0.113.0/24',
  request_id: '01993471-55aa-7c3e-8f10-0d4be1a0c9dd',
};

export function auditViewOf(record: AuditRecord): AuditView {
  return {
    id: record.id,
    at: record.at.toISOString(),
    action: record.action,
    outcome: record.outcome,
    reason: record.reason,
    details: record.details,
    actor_id: record.actorId,
    subject_id: record.subjectId,
    address_range: record.addressRange,
    request_id: record.requestId,
  };
}
