import type { Sql } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { RefreshRules } from './refresh-rules.ts';
import { isLive } from './session.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenPair, TokenPairs } from './token-pairs.ts';

export const RefreshTokenInvalid = defineProblem({
  type: 'refresh-token-invalid',
  status: 401,
  title: 'Sign in again',
  explanation:
    'The refresh token is not ours, its session has ended, or it was used before. A token that comes back after its grace of 15 seconds ends the whole session: either you or somebody else has a stolen copy.',
});

/**
 * Trades a refresh token for the next one (RFC 9700, 4.14.2; ASVS 5.0, 10.4.5 and 10.4.8). The rotation is one conditional
 * statement. Who comes second with the same token within the grace gets the same successor, so that two tabs, or a
 * lost answer, do not sign anybody out; a token that comes back later ends its session for the thief and the owner.
 */
export class Refreshing {
  readonly #store: SessionStore;
  readonly #pairs: TokenPairs;
  readonly #rules: RefreshRules;
  readonly #journal: Journal;

  constructor(store: SessionStore, pairs: TokenPairs, rules: RefreshRules, journal: Journal) {
    this.#store = store;
    this.#pairs = pairs;
    this.#rules = rules;
    this.#journal = journal;
  }

  /** @throws ProblemError 401 `refresh-token-invalid`, whatever is wrong */
  async refresh(db: Sql, token: string, context: RequestContext): Promise<TokenPair> {
    await this.#pairs.ready();
    const read = this.#pairs.read(token);
    const session = read && (await this.#store.byId(db, read.sessionId));
    // Made up, or of a session that was swept away: nothing to end. Anybody may know a session's id.
    if (!read || !session || !this.#pairs.isGenuine(read, session)) throw RefreshTokenInvalid.error();
    const { generation } = read;
    const times = this.#rules.times();
    if (await this.#store.rotate(db, { sessionId: session.id, generation, ...times })) {
      return this.#pairs.of(db, { ...session, generation: generation + 1 });
    }
    await this.#endReused(db, session.id, times.now, context);
    throw RefreshTokenInvalid.error();
  }

  /** The token is genuine and was not taken: of a live session that means it was used before. */
  async #endReused(db: Sql, sessionId: string, now: Date, context: RequestContext): Promise<void> {
    const session = await this.#store.byId(db, sessionId);
    if (!session || !isLive(session, now)) return;
    if (!(await this.#store.revoke(db, sessionId, 'refresh-reuse', now))) return;
    const entry = { outcome: 'failure', reason: 'session ended', subjectId: session.userId, context } as const;
    await this.#journal.record(db, { action: 'refresh-reuse', ...entry });
  }
}
