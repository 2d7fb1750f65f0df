import type { Clock, Database } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { AccountsConfig } from '../config.ts';
import type { UserStore } from '../users/user-store.ts';
import type { Endings } from './endings.ts';
import { type Forgiven, isLive, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenPair, TokenPairs } from './token-pairs.ts';

/** Each try is lost to another use of the same session. */
const TRIES = 5;
/** More often than this nobody refreshes within the grace; 14 digits each, they fit their column. */
const ROTATIONS_KEPT = 10;
/** Answers that an honest client may lose in a row, each past the grace, while nothing else is heard of it. */
const LOST_IN_ROW = 3;

export const RefreshTokenInvalid = defineProblem({
  type: 'refresh-token-invalid',
  status: 401,
  title: 'Sign in again',
  explanation:
    'The refresh token was not issued here, its session has ended, or it was used before. A token that comes back although its successor is in use ends the whole session: somebody has a stolen copy. Two uses within a few seconds of each other, or a repeat because the answer was lost, get the same answer again.',
});

/**
 * Trades a refresh token for the next one (RFC 9700, 4.14.2; ASVS 5.0, 10.4.5 and 10.4.8). The rotation is one conditional
 * statement. Whoever comes again with the same token gets the same successor, within the grace (two tabs) or as long as nobody was
 * seen with that successor (the answer was lost), not in one generation after the other; otherwise the session ends for the thief and the owner.
 */
export class Refreshing {
  readonly #store: SessionStore;
  readonly #pairs: TokenPairs;
  readonly #endings: Endings;
  readonly #users: UserStore;
  readonly #journal: Journal;
  readonly #env: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor(
    store: SessionStore,
    pairs: TokenPairs,
    endings: Endings,
    users: UserStore,
    journal: Journal,
    { env }: AccountsConfig,
    clock: Clock,
  ) {
    this.#store = store;
    this.#pairs = pairs;
    this.#endings = endings;
    this.#users = users;
    this.#journal = journal;
    this.#env = env;
    this.#clock = clock;
  }

  /** @throws ProblemError 401 `refresh-token-invalid`, whatever is wrong */
  async refresh(db: Database, token: string, context: RequestContext): Promise<TokenPair> {
    await this.#pairs.ready();
    const read = this.#pairs.read(token);
    const session = read && (await this.#store.byId(db, read.sessionId));
    // Made up, or of a session that was swept away: nothing to end. Anybody may know a session's id.
    if (!read || !session || !this.#pairs.isGenuine(read, session)) throw RefreshTokenInvalid.error();
    for (let look: Session | undefined = session, tries = 0; look && tries < TRIES; tries++) {
      const pair = await this.#trade(db, look, read.generation, context);
      if (pair) return pair;
      // Somebody else was faster: what holds now decides.
      look = await this.#store.byId(db, session.id);
    }
    throw RefreshTokenInvalid.error();
  }

  /** Undefined when the session has changed since it was read. @throws ProblemError 401 */
  async #trade(
    db: Database,
    session: Session,
    presented: number,
    context: RequestContext,
  ): Promise<TokenPair | undefined> {
    const now = this.#clock.now();
    // It has ended by age or by choice: nobody is suspected.
    if (!isLive(session, now)) throw RefreshTokenInvalid.error();
    const idleExpiresAt = new Date(now.getTime() + this.#env.SESSION_IDLE_SECONDS * 1000);
    const use = { sessionId: session.id, generation: session.generation, now, idleExpiresAt };
    if (presented === session.generation) {
      const rotations = [now, ...session.rotations].slice(0, ROTATIONS_KEPT);
      const next = { ...session, generation: presented + 1 };
      return (await this.#store.rotate(db, { ...use, rotations })) ? this.#pairs.of(db, next) : undefined;
    }
    const forgiven = this.#forgiveness(session, presented, now);
    if (forgiven) {
      return (await this.#store.touch(db, { ...use, forgiven })) ? this.#pairs.of(db, session) : undefined;
    }
    await this.#endReused(db, session, context);
    throw RefreshTokenInvalid.error();
  }

  /**
   * Whether a token that was rotated comes from an honest client: it was rotated within the grace (two tabs at once), or
   * nobody has been seen with its successor, so that the answer which carried it may have been lost, however long ago. Not
   * in one generation after the other: that is how a thief and the owner look who use their access tokens elsewhere.
   *
   * @returns what is to be noted as forgiven; undefined when it is not
   */
  #forgiveness(session: Session, presented: number, now: Date): Forgiven | undefined {
    const { generation, receivedGeneration, rotations, forgiven } = session;
    const rotatedAt = rotations[generation - 1 - presented];
    // Either way: a time to come was written while the clock was ahead, and would be within the grace until then.
    const ageMs = rotatedAt ? Math.abs(now.getTime() - rotatedAt.getTime()) : Number.POSITIVE_INFINITY;
    if (ageMs < this.#env.REFRESH_GRACE_SECONDS * 1000) return forgiven;
    if (presented !== generation - 1 || receivedGeneration >= generation) return undefined;
    if (forgiven.generation === generation) return forgiven;
    const inRow = forgiven.generation === generation - 1 ? forgiven.inRow + 1 : 1;
    return inRow > LOST_IN_ROW ? undefined : { generation, inRow };
  }

  /** The token is genuine, was used before, and its successor is in use: there is a stolen copy. */
  async #endReused(db: Database, { id, userId }: Session, context: RequestContext): Promise<void> {
    await db.transaction(async (tx) => {
      await this.#users.lock(tx, userId);
      if (!(await this.#endings.endOne(tx, userId, id, 'refresh-reuse'))) return;
      const entry = { outcome: 'failure', reason: 'session ended', subjectId: userId, context } as const;
      await this.#journal.record(tx, { action: 'refresh-reuse', ...entry });
    });
  }
}
