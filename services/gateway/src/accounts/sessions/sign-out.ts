import type { Transaction } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { AuditAction } from '../audit/audit-log.ts';
import type { Journal } from '../audit/journal.ts';
import type { Endings } from './endings.ts';
import type { LiveAccounts } from './live-accounts.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A person's own sessions: seeing and ending them (ASVS 5.0, 7.4.1, 7.4.3 and 7.5.2). */
export class SignOut {
  readonly #sessions: Sessions;
  readonly #live: LiveAccounts;
  readonly #endings: Endings;
  readonly #journal: Journal;

  constructor(sessions: Sessions, live: LiveAccounts, endings: Endings, journal: Journal) {
    this.#sessions = sessions;
    this.#live = live;
    this.#endings = endings;
    this.#journal = journal;
  }

  /** Live sessions, the last used first. */
  async list(tx: Transaction, principal: Principal): Promise<Session[]> {
    await this.#live.require(tx, principal);
    return this.#sessions.live(tx, principal.userId);
  }

  /** Ends the session that asks, and does nothing where it has ended already. */
  async here(tx: Transaction, principal: Principal, context: RequestContext): Promise<void> {
    const ended = await this.#endings.endOne(tx, principal.userId, principal.sessionId, 'signed-out');
    if (ended) await this.#record(tx, 'sign-out', principal, context);
  }

  /** Ends all sessions, the one that asks as well, and sign-ins that are under way. */
  async everywhere(tx: Transaction, principal: Principal, context: RequestContext): Promise<void> {
    await this.#live.requireLocked(tx, principal);
    await this.#endings.end(tx, principal.userId, 'signed-out-everywhere');
    await this.#record(tx, 'sign-out-everywhere', principal, context);
  }

  /** @throws ProblemError 404 when it is not a live session of theirs */
  async one(tx: Transaction, principal: Principal, sessionId: string, context: RequestContext): Promise<void> {
    await this.#live.requireLocked(tx, principal);
    const ended = await this.#endings.endOne(tx, principal.userId, sessionId, 'session-ended');
    if (!ended) throw NotFound.error({ detail: 'You have no such session.' });
    await this.#record(tx, 'end-session', principal, context);
  }

  #record(tx: Transaction, action: AuditAction, { userId }: Principal, context: RequestContext): Promise<void> {
    return this.#journal.record(tx, { action, outcome: 'success', actorId: userId, subjectId: userId, context });
  }
}
