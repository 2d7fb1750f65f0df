import { randomBytes } from 'node:crypto';
import { type Clock, newId, type Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import { originOf } from '../audit/origin.ts';
import type { AccountsConfig } from '../config.ts';
import type { RevokeReason, Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenPair, TokenPairs } from './token-pairs.ts';

const SEED_BYTES = 32;

/**
 * Beginning and ending sessions. A session ends when it was not used for two weeks and after thirty days in any case
 * (both settable; ASVS 5.0, 7.3.1 and 7.3.2; NIST SP 800-63B-4, 2.1.3).
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #tokens: TokenPairs;
  readonly #config: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor(store: SessionStore, tokens: TokenPairs, { env }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#tokens = tokens;
    this.#config = env;
    this.#clock = clock;
  }

  /** Call it before a transaction that gives tokens. */
  ready(): Promise<void> {
    return this.#tokens.ready();
  }

  /**
   * Begins a session, always a new one (ASVS 5.0, 7.2.4), and gives its first tokens. Of too many, the one that was not used for the
   * longest time ends (ASVS 5.0, 7.1.2).
   */
  async open(tx: Transaction, userId: string, context: RequestContext): Promise<TokenPair> {
    const now = this.#clock.now();
    const { device, address_range: addressRange } = originOf(context);
    const session: Session = {
      id: newId(),
      userId,
      seed: randomBytes(SEED_BYTES),
      generation: 0,
      device,
      addressRange,
      createdAt: now,
      authenticatedAt: now,
      rotations: [],
      receivedGeneration: 0,
      forgiven: { generation: 0, inRow: 0 },
      lastUsedAt: now,
      idleExpiresAt: later(now, this.#config.SESSION_IDLE_SECONDS),
      expiresAt: later(now, this.#config.SESSION_MAX_SECONDS),
      revokedAt: null,
    };
    await this.#store.create(tx, session);
    await this.#store.revokeBeyond(tx, userId, this.#config.SESSIONS_PER_ACCOUNT, now);
    return this.#tokens.of(tx, session);
  }

  /**
   * Notes that the password was proven again, and gives tokens that say so. Undefined when the session has ended.
   *
   * @param kept the generation of a refresh token that the client keeps, as it does not get the one of these tokens. An access token of a later generation would
   *   say when it comes back that the client has the refresh token of that; the next use of its own would be taken for a thief's
   */
  async reauthenticate(tx: Transaction, sessionId: string, kept?: number): Promise<TokenPair | undefined> {
    const now = this.#clock.now();
    await this.#store.setAuthenticatedAt(tx, sessionId, now);
    const session = await this.#store.byId(tx, sessionId);
    if (!session || session.revokedAt) return undefined;
    return this.#tokens.of(tx, { ...session, generation: kept ?? session.generation });
  }

  /** Ends one session of this person. False when they have no such live session. */
  async end(tx: Transaction, userId: string, sessionId: string, reason: RevokeReason): Promise<boolean> {
    const session = await this.#store.byId(tx, sessionId);
    if (session?.userId !== userId) return false;
    return this.#store.revoke(tx, sessionId, reason, this.#clock.now());
  }

  /** Ends all sessions of a person, but the one that asks. Returns how many. */
  endAll(tx: Transaction, userId: string, reason: RevokeReason, exceptId?: string): Promise<number> {
    return this.#store.revokeAll(tx, userId, reason, this.#clock.now(), exceptId);
  }

  live(tx: Transaction, userId: string): Promise<Session[]> {
    return this.#store.live(tx, userId, this.#clock.now());
  }

  deleteOfUser(tx: Transaction, userId: string): Promise<void> {
    return this.#store.deleteOfUser(tx, userId);
  }
}

function later(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}
