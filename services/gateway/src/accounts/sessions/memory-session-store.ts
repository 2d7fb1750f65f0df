import type { Sql, Transaction } from '@postern/runtime';
import { type Forgiven, isLive, type RevokeReason, type Session } from './session.ts';
import { type Rotation, SessionStore } from './session-store.ts';

/** The sessions of a test, and why those that were ended were. */
export class MemorySessionStore extends SessionStore {
  readonly sessions = new Map<string, Session>();
  readonly reasons = new Map<string, RevokeReason>();

  override async create(_tx: Transaction, session: Session): Promise<void> {
    this.sessions.set(session.id, { ...session });
  }

  override async byId(_db: Sql, id: string): Promise<Session | undefined> {
    return this.sessions.get(id);
  }

  override async rotate(_db: Sql, rotation: Rotation & { rotations: readonly Date[] }): Promise<boolean> {
    const { generation, rotations } = rotation;
    return this.#use(rotation, { generation: generation + 1, rotations });
  }

  override async touch(_db: Sql, rotation: Rotation & { forgiven: Forgiven }): Promise<boolean> {
    return this.#use(rotation, { forgiven: rotation.forgiven });
  }

  override async setAuthenticatedAt(_tx: Transaction, id: string, authenticatedAt: Date): Promise<void> {
    const session = this.sessions.get(id);
    if (session) this.sessions.set(id, { ...session, authenticatedAt });
  }

  override async revoke(_db: Sql, id: string, reason: RevokeReason, at: Date): Promise<boolean> {
    const session = this.sessions.get(id);
    if (!session || session.revokedAt) return false;
    this.sessions.set(id, { ...session, revokedAt: at });
    this.reasons.set(id, reason);
    return true;
  }

  override async revokeAll(
    tx: Transaction,
    userId: string,
    reason: RevokeReason,
    at: Date,
    exceptId?: string,
  ): Promise<number> {
    let revoked = 0;
    for (const session of this.sessions.values()) {
      if (session.userId !== userId || session.id === exceptId) continue;
      if (await this.revoke(tx, session.id, reason, at)) revoked += 1;
    }
    return revoked;
  }

  override async live(_db: Sql, userId: string, now: Date): Promise<Session[]> {
    return [...this.sessions.values()]
      .filter((session) => session.userId === userId && isLive(session, now))
      .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime());
  }

  override async revokeBeyond(tx: Transaction, userId: string, most: number, at: Date): Promise<void> {
    for (const { id } of (await this.live(tx, userId, at)).slice(most)) await this.revoke(tx, id, 'too-many', at);
  }

  override async deleteOfUser(_tx: Transaction, userId: string): Promise<void> {
    for (const { id, userId: owner } of [...this.sessions.values()]) if (owner === userId) this.sessions.delete(id);
  }

  override async countLive(_db: Sql, now: Date): Promise<number> {
    return this.#unended(now).length;
  }

  override async revokeSome(db: Sql, limit: number, reason: RevokeReason, at: Date): Promise<number> {
    const some = this.#unended(at).slice(0, limit);
    for (const { id } of some) await this.revoke(db, id, reason, at);
    return some.length;
  }

  #unended(now: Date): Session[] {
    return [...this.sessions.values()].filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now);
  }

  #use({ sessionId, generation, now, idleExpiresAt }: Rotation, change: Partial<Session>): boolean {
    const session = this.sessions.get(sessionId);
    if (!session || !isLive(session, now) || session.generation !== generation) return false;
    this.sessions.set(sessionId, { ...session, lastUsedAt: now, idleExpiresAt, ...change });
    return true;
  }
}
