import { bytesToId, idToBytes, type Sql, type Transaction, toDate } from '@postern/runtime';
import type { RevokeReason, Session } from './session.ts';
import { type Rotation, SessionStore } from './session-store.ts';

interface Row {
  id: Buffer;
  user_id: Buffer;
  seed: Buffer;
  generation: number;
  device: string;
  address_range: string;
  created_at: unknown;
  authenticated_at: unknown;
  rotated_at: unknown;
  last_used_at: unknown;
  idle_expires_at: unknown;
  expires_at: unknown;
  revoked_at: unknown;
  revoked_because: string | null;
}

/** A person with more devices than this sees the last used ones. */
const LIST_LIMIT = 200;

export class SqlSessionStore extends SessionStore {
  override async create(tx: Transaction, session: Session): Promise<void> {
    await tx.sql('sessions').insert({
      id: idToBytes(session.id),
      user_id: idToBytes(session.userId),
      seed: session.seed,
      generation: session.generation,
      device: session.device,
      address_range: session.addressRange,
      created_at: session.createdAt,
      authenticated_at: session.authenticatedAt,
      rotated_at: session.rotatedAt,
      last_used_at: session.lastUsedAt,
      idle_expires_at: session.idleExpiresAt,
      expires_at: session.expiresAt,
    });
  }

  override async byId({ sql }: Sql, id: string): Promise<Session | undefined> {
    const row = await sql<Row>('sessions')
      .where({ id: idToBytes(id) })
      .first();
    return row && fromRow(row);
  }

  override async rotate({ sql }: Sql, rotation: Rotation): Promise<boolean> {
    const { sessionId, generation, now, graceStart, idleExpiresAt } = rotation;
    const isNewest = 'CASE WHEN generation = ? THEN';
    const moved: number = await sql('sessions')
      .where({ id: idToBytes(sessionId) })
      .whereNull('revoked_at')
      .where('expires_at', '>', now)
      .where('idle_expires_at', '>', now)
      .where((either) =>
        either
          .where({ generation })
          .orWhere((forgiven) => forgiven.where({ generation: generation + 1 }).where('rotated_at', '>', graceStart)),
      )
      .update({
        // MySQL assigns from left to right: what looks at the old generation comes before it changes.
        rotated_at: sql.raw(`${isNewest} ? ELSE rotated_at END`, [generation, now]),
        last_used_at: now,
        idle_expires_at: idleExpiresAt,
        generation: generation + 1,
      });
    return moved === 1;
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
      .update({ revoked_at: at, revoked_because: reason });
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
    return query.update({ revoked_at: at, revoked_because: reason });
  }

  override async live({ sql }: Sql, userId: string, now: Date): Promise<Session[]> {
    const rows = await sql<Row>('sessions')
      .where({ user_id: idToBytes(userId) })
      .whereNull('revoked_at')
      .where('expires_at', '>', now)
      .where('idle_expires_at', '>', now)
      .orderBy([
        { column: 'last_used_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(LIST_LIMIT);
    return rows.map(fromRow);
  }

  override async deleteOfUser(tx: Transaction, userId: string): Promise<void> {
    await tx
      .sql('sessions')
      .where({ user_id: idToBytes(userId) })
      .delete();
  }
}

function fromRow(row: Row): Session {
  return {
    id: bytesToId(row.id),
    userId: bytesToId(row.user_id),
    seed: row.seed,
    generation: row.generation,
    device: row.device,
    addressRange: row.address_range,
    createdAt: toDate(row.created_at) as Date,
    authenticatedAt: toDate(row.authenticated_at) as Date,
    rotatedAt: toDate(row.rotated_at) as Date,
    lastUsedAt: toDate(row.last_used_at) as Date,
    idleExpiresAt: toDate(row.idle_expires_at) as Date,
    expiresAt: toDate(row.expires_at) as Date,
    revokedAt: toDate(row.revoked_at),
  };
}
