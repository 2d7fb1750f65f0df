import type { Sql } from '@postern/runtime';
import type { Principal } from '../../http/route.ts';
import type { Session } from './session.ts';
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

  /**
   * Who has no roles by it. Undefined for a token that we have not made; whether the session lives is asked elsewhere.
   *
   * @param db the transaction, within one
   * @param unused leaves a token out that was exchanged and whose successor was seen: it may be a stolen copy, which ends its own session and no other
   */
  async holderOf(
    refreshToken: string,
    { db = this.#database, unused = false }: { db?: Sql; unused?: boolean } = {},
  ): Promise<Principal | undefined> {
    const read = this.#pairs.read(refreshToken);
    const session = read && (await this.#store.byId(db, read.sessionId));
    if (!read || !session || !this.#pairs.isGenuine(read, session)) return undefined;
    if (unused && wasUsed(read.generation, session)) return undefined;
    const { id: sessionId, userId, authenticatedAt } = session;
    // Of no generation: that its client has the newest tokens does not show here.
    return { userId, sessionId, generation: 0, roles: [], permissions: [], authenticatedAt };
  }
}

/** Not the one before the newest, as long as nobody was seen with that: the answer which carried it may have been lost. */
function wasUsed(generation: number, { generation: newest, receivedGeneration }: Session): boolean {
  return generation < newest - 1 || (generation === newest - 1 && receivedGeneration === newest);
}
