import { type Column, Columns, column, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import type { Forgiven, RevokeReason, Session } from './session.ts';
import { type Rotation, SessionStore } from './session-store.ts';

/** In milliseconds since 1970, with commas between them. */
const recentRotations: Column<readonly Date[]> = {
  name: 'recent_rotations',
  read: (stored) => (String(stored).match(/\d+/g) ?? []).map((ms) => new Date(Number(ms))),
  store: (rotations) => rotations.map((at) => at.getTime()).join(','),
};

const sessions = new Columns<Omit<Session, 'forgiven'>>({
  id: column.id('id'),
  userId: column.id('user_id'),
  seed: column.value('seed'),
  generation: column.value('generation'),
  device: column.value('device'),
  addressRange: column.value('address_range'),
  createdAt: column.time('created_at'),
  authenticatedAt: column.time('authenticated_at'),
  rotations: recentRotations,
  receivedGeneration: column.value('received_generation'),
  lastUsedAt: column.time('last_used_at'),
  idleExpiresAt: column.time('idle_expires_at'),
  expiresAt: column.time('expires_at'),
  revokedAt: column.timeOrNull('revoked_at'),
});

const forgiven = new Columns<Forgiven>({
  generation: column.value('forgiven_generation'),
  inRow: column.value('forgiven_in_row'),
});

/** More than any account may have (`SESSIONS_PER_ACCOUNT`), with room for those that begin at the same moment. */
const LIST_LIMIT = 1_200;

export class SqlSessionStore extends SessionStore {
  override async create(tx: Transaction, session: Session): Promise<void> {
    const columns = { ...sessions.store(session), ...forgiven.store(session.forgiven) };
    await tx.sql('sessions').insert({ ...columns, rotated_at: session.createdAt });
  }

  override async byId({ sql }: Sql, id: string): Promise<Session | undefined> {
    const row = await sql('sessions')
      .where({ id: idToBytes(id) })
      .first();
    return row && fromRow(row);
  }

  override async rotate(db: Sql, rotation: Rotation & { rotations: readonly Date[] }): Promise<boolean> {
    const moved: number = await this.#unmoved(db, rotation).update({
      rotated_at: rotation.now,
      recent_rotations: recentRotations.store(rotation.rotations),
      last_used_at: rotation.now,
      idle_expires_at: rotation.idleExpiresAt,
      generation: rotation.generation + 1,
    });
    return moved === 1;
  }

  override async touch(db: Sql, rotation: Rotation & { forgiven: Forgiven }): Promise<boolean> {
    const touched: number = await this.#unmoved(db, rotation).update({
      last_used_at: rotation.now,
      idle_expires_at: rotation.idleExpiresAt,
      ...forgiven.store(rotation.forgiven),
    });
    return touched === 1;
  }

  override async setAuthenticatedAt(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx
      .sql('sessions')
      .where({ id: idToBytes(id) })
      .update({ authenticated_at: at });
  }

  override async revoke({ sql }: Sql, id: string, reason: RevokeReason, at: Date): Promise<boolean> {
    const revoked: number = await sql('sessions')
      .where({ id: idToBytes(id) })
      .whereNull('revoked_at')
      .update(ended(reason, at));
    return revoked === 1;
  }

  override async revokeAll(
    tx: Transaction,
    userId: string,
    reason: RevokeReason,
    at: Date,
    exceptId?: string,
  ): Promise<number> {
    const query = tx
      .sql('sessions')
      .where({ user_id: idToBytes(userId) })
      .whereNull('revoked_at');
    if (exceptId !== undefined) query.whereNot({ id: idToBytes(exceptId) });
    return query.update(ended(reason, at));
  }

  override async live(db: Sql, userId: string, now: Date): Promise<Session[]> {
    return (await this.#live(db, userId, now)).map(fromRow);
  }

  override async revokeBeyond(tx: Transaction, userId: string, most: number, at: Date): Promise<void> {
    const live: { id: Buffer }[] = await this.#live(tx, userId, at).select('id');
    const beyond = live.slice(most).map(({ id }) => id);
    if (beyond.length === 0) return;
    await tx.sql('sessions').whereIn('id', beyond).update(ended('too-many', at));
  }

  override async deleteOfUser(tx: Transaction, userId: string): Promise<void> {
    await tx
      .sql('sessions')
      .where({ user_id: idToBytes(userId) })
      .delete();
  }

  override async countLive({ sql }: Sql, now: Date): Promise<number> {
    const [found] = await this.#unended(sql, now).count<{ rows: number | string }[]>('id as rows');
    return Number(found?.rows ?? 0);
  }

  override async revokeSome({ sql }: Sql, limit: number, reason: RevokeReason, at: Date): Promise<number> {
    const ids = await this.#unended(sql, at).limit(limit).pluck('id');
    if (ids.length === 0) return 0;
    await sql('sessions').whereIn('id', ids).whereNull('revoked_at').update(ended(reason, at));
    return ids.length;
  }

  /** By the index that the sweep has: what was ended has expired as well. */
  #unended(sql: Sql['sql'], now: Date) {
    return sql('sessions').where('expires_at', '>', now).whereNull('revoked_at');
  }

  /** Live sessions, the last used first. */
  #live({ sql }: Sql, userId: string, now: Date) {
    return sql('sessions')
      .where({ user_id: idToBytes(userId) })
      .whereNull('revoked_at')
      .where('expires_at', '>', now)
      .where('idle_expires_at', '>', now)
      .orderBy([
        { column: 'last_used_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(LIST_LIMIT);
  }

  #unmoved({ sql }: Sql, { sessionId, generation, now }: Rotation) {
    return sql('sessions')
      .where({ id: idToBytes(sessionId), generation })
      .whereNull('revoked_at')
      .where('expires_at', '>', now)
      .where('idle_expires_at', '>', now);
  }
}

/** It has expired too, so that it is swept a while after its end and not after the end that it would have had. */
function ended(reason: RevokeReason, at: Date) {
  return { revoked_at: at, revoked_because: reason, expires_at: at };
}

function fromRow(row: object): Session {
  return { ...sessions.read(row), forgiven: forgiven.read(row) };
}
