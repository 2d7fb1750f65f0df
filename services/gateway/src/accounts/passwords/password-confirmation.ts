import type { Sql, Transaction } from '@postern/runtime';
import { Unauthenticated } from '../../http/problems.ts';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TokenPair } from '../sessions/token-pairs.ts';
import type { User } from '../users/user.ts';
import { methodOf, type OwnFactors, type OwnProof, type ProvenFactors } from './own-factors.ts';
import { WrongPassword } from './own-password.ts';

/** Proving oneself again in a session, for what is sensitive (ASVS 5.0, 7.5.1; NIST SP 800-63B-4, 2.1.3). */
export class PasswordConfirmation {
  readonly #live: LiveAccounts;
  readonly #own: OwnFactors;
  readonly #sessions: Sessions;
  readonly #journal: Journal;

  constructor(live: LiveAccounts, own: OwnFactors, sessions: Sessions, journal: Journal) {
    this.#live = live;
    this.#own = own;
    this.#sessions = sessions;
    this.#journal = journal;
  }

  /** @throws ProblemError 401, 403 `wrong-password`, `code-required`, `wrong-code`, 409 `two-factor-off`, 429, 503 */
  async prove(
    database: Sql,
    principal: Principal,
    proof: OwnProof,
    context: RequestContext,
  ): Promise<{ user: User; proven: ProvenFactors }> {
    await this.#sessions.ready();
    const user = await this.#live.require(database, principal);
    return { user, proven: await this.#own.prove(user, proof, principal, context) };
  }

  /**
   * Runs the transaction of `confirm`; that another request was faster with the same code is recorded after it.
   *
   * @throws ProblemError 429 after too many recovery codes in an hour
   */
  recording<T>(
    { user, proven }: { user: User; proven: ProvenFactors },
    context: RequestContext,
    transaction: () => Promise<T>,
  ): Promise<T> {
    return this.#own.recording(user, proven, context, transaction);
  }

  /**
   * Tokens whose `auth_time` is now.
   *
   * @param keepsRefreshToken of the tokens the caller hands out the access token alone
   * @throws ProblemError 401 when the session ended meanwhile, 403 `wrong-password` when the password or the factor changed
   */
  async confirm(
    tx: Transaction,
    { user, proven }: { user: User; proven: ProvenFactors },
    principal: Principal,
    context: RequestContext,
    { keepsRefreshToken }: { keepsRefreshToken: boolean },
  ): Promise<TokenPair> {
    const now = await this.#live.requireLocked(tx, principal);
    // Another request of the same session was faster: what was proven is not what counts now.
    if (now.credentialVersion !== user.credentialVersion) throw WrongPassword.error();
    await this.#own.accept(tx, now, proven, context);
    const { sessionId, generation } = principal;
    const tokens = await this.#sessions.reauthenticate(tx, sessionId, keepsRefreshToken ? generation : undefined);
    if (!tokens) throw Unauthenticated.error({ detail: 'The session has ended.' });
    const entry = { actorId: principal.userId, subjectId: principal.userId, context };
    await this.#journal.record(tx, {
      action: 'confirm-password',
      outcome: 'success',
      reason: methodOf(proven),
      ...entry,
    });
    return tokens;
  }
}
