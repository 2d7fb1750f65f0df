import type { Sql } from '@postern/runtime';
import type { Principal } from '../../http/route.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenPairs } from './token-pairs.ts';

/** Whose session a refresh token is of, without using it up: for signing out when the access token has ended. */
export class SessionHolders {
  readonly #store: Pick<SessionStore, 'byId'>;
  readonly #pairs: Pick<TokenPairs, 'read' | 'isGenuine'>;
  readonly #database: Sql;

  constructor(store: Pick<SessionStore, 'byId'>, pairs: Pick<TokenPairs, 'read' | 'isGenuine'>, database: Sql) {
    this.#store = store;
    this.#pairs = pairs;
    this.#database = database;
  }

  /** Who has no roles by it. Undefined for a token that we have not made; whether the session lives is asked elsewhere. @param db the transaction, within one */
  async holderOf(refreshToken: string, db: Sql = this.#database): Promise<Principal | undefined> {
    const read = this.#pairs.read(refreshToken);
    const session = read && (await this.#store.byId(db, read.sessionId));
    if (!read || !session || !this.#pairs.isGenuine(read, session)) return undefined;
    const { id: sessionId, userId, authenticatedAt } = session;
    // Of no generation: that its client has the newest tokens does not show here.
    return { userId, sessionId, generation: 0, roles: [], permissions: [], authenticatedAt };
  }
}
