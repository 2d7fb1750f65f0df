import type { Sql, Transaction } from '@postern/runtime';
import type { Forgiven, RevokeReason, Session } from './session.ts';

/** One use of a refresh token. */
export interface Rotation {
  sessionId: string;
  /** The newest generation, as it was read. */
  generation: number;
  now: Date;
  idleExpiresAt: Date;
}

/** Port: the table of sessions. */
export abstract class SessionStore {
  abstract create(tx: Transaction, session: Session): Promise<void>;
  abstract byId(db: Sql, id: string): Promise<Session | undefined>;
  /**
   * In one statement: moves a live session on to generation + 1 if `generation` still is its newest.
   *
   * @param rotations the times to keep, this one's first
   */
  abstract rotate(db: Sql, rotation: Rotation & { rotations: readonly Date[] }): Promise<boolean>;
  /** In one statement: notes a use of a live session whose newest generation still is `generation`, and what was forgiven. */
  abstract touch(db: Sql, rotation: Rotation & { forgiven: Forgiven }): Promise<boolean>;
  abstract setAuthenticatedAt(tx: Transaction, id: string, at: Date): Promise<void>;
  /** Ends a session that has not ended. False when there was none. */
  abstract revoke(db: Sql, id: string, reason: RevokeReason, at: Date): Promise<boolean>;
  /** Ends all sessions of a person but `exceptId`; returns how many. */
  abstract revokeAll(
    tx: Transaction,
    userId: string,
    reason: RevokeReason,
    at: Date,
    exceptId?: string,
  ): Promise<number>;
  /** Live sessions, the last used first. */
  abstract live(db: Sql, userId: string, now: Date): Promise<Session[]>;
  /** Ends the live sessions of a person beyond the `most` that were used last. */
  abstract revokeBeyond(tx: Transaction, userId: string, most: number, at: Date): Promise<void>;
  abstract deleteOfUser(tx: Transaction, userId: string): Promise<void>;
  /** How many sessions have not ended, whosesoever. */
  abstract countLive(db: Sql, now: Date): Promise<number>;
  /** Ends up to `limit` sessions, whosesoever; returns how many it ended: 0 when none is left. */
  abstract revokeSome(db: Sql, limit: number, reason: RevokeReason, at: Date): Promise<number>;
}
