import type { Sql } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';

/** What is recorded. A name, once used, keeps its meaning. */
export type AuditAction =
  /** Something that takes a permission the person has not, or that was refused to them for another reason. */
  | 'access'
  | 'register'
  | 'verify-email'
  | 'resend-verification'
  | 'sign-in'
  /** A right password came, and the code is waited for: it may never come. */
  | 'ask-second-factor'
  | 'second-factor'
  | 'lock-two-factor'
  | 'refresh'
  | 'refresh-reuse'
  | 'sign-out'
  | 'sign-out-everywhere'
  | 'end-session'
  | 'confirm-password'
  | 'request-password-reset'
  | 'reset-password'
  | 'change-password'
  | 'request-email-change'
  | 'change-email'
  /** By the link of the notice that the address was changed. */
  | 'restore-email'
  | 'change-profile'
  | 'enable-two-factor'
  | 'disable-two-factor'
  | 'remove-two-factor'
  | 'replace-recovery-codes'
  | 'export'
  | 'erase'
  | 'disable-user'
  | 'enable-user'
  /** By an operator; what a person does themselves is `change-email`. */
  | 'assign-email'
  /** By an operator: nobody has it any more. */
  | 'void-password'
  | 'set-roles'
  | 'create-admin'
  | 'rotate-keys'
  | 'revoke-key'
  | 're-encrypt'
  | 'replace-root-key';

/** Words by what they are: `{ before: ['user'], after: ['admin', 'user'] }`. What is longer than an entry has room for is shortened (`writeDetails`). */
export type AuditDetails = Record<string, string[]>;

export interface AuditEntry {
  action: AuditAction;
  outcome: 'success' | 'failure';
  /** Why it failed, or how it was done: a word, never data of a person. */
  reason?: string | undefined;
  /** What exactly was done, where the action does not say it: role names and the like, never data of a person. */
  details?: AuditDetails | undefined;
  /** Who did it; absent for a stranger or the command line. */
  actorId?: string | undefined;
  /** Whom it was done to. */
  subjectId?: string | undefined;
  /** The request it came with; absent for the command line. */
  context?: RequestContext | undefined;
}

/** An entry as it is read back. */
export interface AuditRecord {
  id: string;
  at: Date;
  action: string;
  outcome: string;
  reason: string | null;
  details: AuditDetails | null;
  actorId: string | null;
  subjectId: string | null;
  addressRange: string;
  requestId: string;
  /** The trace of the request, where that is not what it is named after; null for the command line, too. */
  traceId: string | null;
}

export interface AuditQuery {
  since?: Date | undefined;
  before?: Date | undefined;
  subjectId?: string | undefined;
  actorId?: string | undefined;
  requestId?: string | undefined;
  /** Entries of requests that are named after this trace have it as their `requestId`. */
  traceId?: string | undefined;
  /** The id of the last entry of the page before. */
  after?: string | undefined;
  limit: number;
}

/**
 * Port: the append-only record of security events: who, what, when, from where, with what outcome (ASVS 5.0, 16.2.1 and
 * 16.3). There is no method that changes or removes an entry, and entries hold ids only, so that erasing a
 * person leaves them true and anonymous.
 */
export abstract class AuditLog {
  abstract record(db: Sql, entry: AuditEntry): Promise<void>;
  /** Newest first. */
  abstract page(db: Sql, query: AuditQuery): Promise<AuditRecord[]>;
}
