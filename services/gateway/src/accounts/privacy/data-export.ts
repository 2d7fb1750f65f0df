import type { Transaction } from '@postern/runtime';
import { z } from 'zod';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import { accountView, viewOf } from '../profile/account-view.ts';
import type { RoleStore } from '../roles/role-store.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import { sessionView, viewOf as viewOfSession } from '../sessions/session-view.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';

/** The last events, of which a stranger can cause some: older ones an administrator reads out. */
const MAX_ENTRIES = 10_000;
/** Entries in one statement, so that others have their turn between two. */
const PAGE = 500;

const auditEntry = z
  .strictObject({
    at: z.iso.datetime(),
    action: z.string(),
    outcome: z.string(),
    reason: z.string().nullable(),
    address_range: z.string(),
  })
  .meta({ id: 'Activity' });

/** Without what was typed, which may be about somebody else. */
const pendingSignUp = z
  .strictObject({
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    device: z.string(),
    address_range: z.string(),
  })
  .meta({ id: 'PendingSignUp' });

export const exportView = z
  .strictObject({
    exported_at: z.iso.datetime(),
    account: accountView,
    roles: z.array(z.string()),
    second_factor_since: z.iso.datetime().nullable().meta({ needs: 'enrolTotp' }),
    sessions: z.array(sessionView),
    pending_sign_ups: z.array(pendingSignUp),
    activity: z.array(auditEntry),
  })
  .meta({ id: 'DataExport' });

export type ExportView = z.infer<typeof exportView>;

/** Where nobody can have a second factor, the export says nothing of it. */
export function sinceWhen({ offered }: SecondFactors, since: Date | null): Pick<ExportView, 'second_factor_since'> {
  return (offered ? { second_factor_since: since?.toISOString() ?? null } : {}) as Pick<
    ExportView,
    'second_factor_since'
  >;
}

/** What is known about a person, for the person (GDPR, articles 15 and 20); docs/data.md says of each table whether it is in here. */
export class DataExport {
  readonly #live: LiveAccounts;
  readonly #sessions: Sessions;
  readonly #roles: RoleStore;
  readonly #factors: SecondFactors;
  readonly #signUps: SignUps;
  readonly #journal: Journal;

  constructor(
    live: LiveAccounts,
    sessions: Sessions,
    roles: RoleStore,
    factors: SecondFactors,
    signUps: SignUps,
    journal: Journal,
  ) {
    this.#live = live;
    this.#sessions = sessions;
    this.#roles = roles;
    this.#factors = factors;
    this.#signUps = signUps;
    this.#journal = journal;
  }

  async of(tx: Transaction, principal: Principal, context: RequestContext): Promise<ExportView> {
    const user = await this.#live.require(tx, principal);
    const entry = { actorId: user.id, subjectId: user.id, context };
    await this.#journal.record(tx, { action: 'export', outcome: 'success', ...entry });
    const sessions = await this.#sessions.live(tx, user.id);
    const activity = await this.#activity(tx, user.id);
    const { roles } = await this.#roles.grantsOf(tx, user.id);
    const secondFactorSince = await this.#factors.since(tx, user.id);
    // That strangers, or the person again, made with the address.
    const signUps = await this.#signUps.ofAddress(tx, user.email);
    return {
      exported_at: activity[0]?.at.toISOString() ?? user.updatedAt.toISOString(),
      account: viewOf(user),
      roles,
      ...sinceWhen(this.#factors, secondFactorSince),
      sessions: sessions.map((session) => viewOfSession(session, principal.sessionId)),
      pending_sign_ups: signUps.map(({ createdAt, expiresAt, device, addressRange }) => ({
        created_at: createdAt.toISOString(),
        expires_at: expiresAt.toISOString(),
        device,
        address_range: addressRange,
      })),
      activity: activity.map(({ at, action, outcome, reason, actorId, addressRange }) => ({
        at: at.toISOString(),
        action,
        outcome,
        reason,
        // From where somebody else has acted, an administrator, is theirs.
        address_range: actorId === null || actorId === user.id ? addressRange : 'withheld',
      })),
    };
  }

  async #activity(tx: Transaction, userId: string): Promise<AuditRecord[]> {
    const entries: AuditRecord[] = [];
    while (entries.length < MAX_ENTRIES) {
      const page = await this.#journal.past(tx, { subjectId: userId, after: entries.at(-1)?.id, limit: PAGE });
      entries.push(...page);
      if (page.length < PAGE) break;
    }
    return entries;
  }
}
