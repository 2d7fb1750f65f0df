import type { Sql, Transaction } from '@postern/runtime';
import { TwoFactorRequired, Unauthenticated } from '../../http/problems.ts';
import type { Principal, Refusal, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Permits } from '../roles/permits.ts';
import type { User } from '../users/user.ts';
import type { LiveAccounts } from './live-accounts.ts';

/**
 * Who may do what now, by the database: an access token is up to ten minutes old, and neither an ended session nor an
 * administrator whose role was taken may go on meanwhile (ASVS 5.0, 7.4.1, 8.3.1 and 8.3.2).
 */
export class AccountAccess {
  readonly #live: LiveAccounts;
  readonly #permits: Permits;
  readonly #journal: Journal;
  readonly #database: Sql;
  /** Principals are remembered with their tokens, so that each is noted once. */
  readonly #received = new WeakSet<Principal>();
  /** Whom each request under way was found to be of. */
  readonly #found = new WeakMap<RequestContext, User>();

  constructor(live: LiveAccounts, permits: Permits, journal: Journal, database: Sql) {
    this.#live = live;
    this.#permits = permits;
    this.#journal = journal;
    this.#database = database;
  }

  /**
   * Whether the session lives and its person may sign in. That its client has the tokens of its last refresh is noted the first
   * time one of them comes: the refresh token before them is good for nothing from then on.
   */
  async isLive(principal: Principal, context: RequestContext): Promise<boolean> {
    const { sessionId, userId, generation } = principal;
    const person = await this.#live.find(this.#database, sessionId);
    if (person?.id !== userId) return false;
    this.#found.set(context, person);
    if (generation > 0 && !this.#received.has(principal)) {
      await this.#live.noteReceived(this.#database, sessionId, generation);
      this.#received.add(principal);
    }
    return true;
  }

  /**
   * The person as `isLive` found them for this request: for what only reads them, which need not ask again. What writes locks them
   * (`LiveAccounts.requireLocked`).
   *
   * @throws ProblemError 401 when the request was not let in
   */
  personOf(context: RequestContext): User {
    const person = this.#found.get(context);
    if (!person) throw Unauthenticated.error();
    return person;
  }

  /**
   * Whether the session lives and its person has the permission, neither of which changes until the transaction ends: whoever takes one away
   * locks the person.
   */
  async holds(tx: Transaction, { sessionId, userId }: Principal, permission: string): Promise<boolean> {
    const person = await this.#live.findLocked(tx, sessionId);
    return person?.id === userId && (await this.#permits.of(tx, userId, permission)) === 'granted';
  }

  /**
   * Whether the person has the permission. A refusal goes into the audit log (ASVS 5.0, 16.3.2).
   *
   * @throws ProblemError 403 `two-factor-required` when it takes a second factor, and they have none
   */
  async permits({ userId }: Principal, permission: string, context: RequestContext): Promise<boolean> {
    const permit = await this.#permits.of(this.#database, userId, permission);
    if (permit === 'granted') return true;
    await this.#journal.recordOnce(`access ${userId} ${permission}`, {
      action: 'access',
      outcome: 'failure',
      ...(permit === 'lacks-factor' && { reason: 'no second factor' }),
      details: { permission: [permission] },
      ...{ actorId: userId, subjectId: userId, context },
    });
    if (permit === 'lacks-factor') throw TwoFactorRequired.error();
    return false;
  }

  /**
   * Has a refusal in the audit log, once a minute for the same person, operation and problem, unless its request has left a failure there
   * already: a wrong password, or what `permits` refused (ASVS 5.0, 16.3.2 and 16.3.3).
   */
  async noteRefusal(userId: string, { operationId, problem }: Refusal, context: RequestContext): Promise<void> {
    if (this.#journal.hasFailure(context)) return;
    await this.#journal.recordOnce(`access ${userId} ${operationId} ${problem}`, {
      action: 'access',
      outcome: 'failure',
      reason: 'refused',
      details: { operation: [operationId], problem: [problem] },
      ...{ actorId: userId, subjectId: userId, context },
    });
  }
}
