import { type Database, idToBytes, isDuplicateKey, newId, type Sql } from '@postern/runtime';
import { RequestInFlight } from '../problems.ts';

/** How long an answer is kept. */
const KEPT_MS = 24 * 3_600_000;
/** How long a request may work before its key counts as left behind by a crash. Longer than any request takes. */
const LEASE_MS = 30_000;
/** So much may two looks at the database's clock differ. A lease that ends later by more was begun while that clock was ahead, and holds nobody up. */
const CLOCK_ROOM_MS = 60_000;

/** Where a key stands. `claimed`: it is ours to work on, under this claim. */
type Standing =
  | { state: 'claimed'; claim: Buffer }
  | { state: 'answered'; reply: Buffer }
  | { state: 'in-flight' }
  | { state: 'other-body' };

interface Row {
  body_hash: Buffer;
  claim: Buffer;
  reply: Buffer | null;
  lease_until: number;
  expires_at: number;
}

/**
 * Idempotency keys in the database. A row without an answer is work in progress under a lease; the answer is written
 * in the transaction of the work itself, so that there is either both or neither, whenever the process dies.
 */
export class IdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Claims the key, or says who has it. A claim whose lease ran out is taken over. */
  async claim(id: Buffer, bodyHash: Buffer, now: number): Promise<Standing> {
    const claim = idToBytes(newId());
    const fresh = { body_hash: bodyHash, claim, reply: null, lease_until: now + LEASE_MS, expires_at: now + KEPT_MS };
    const { sql } = this.#database;
    try {
      await sql('idempotency_keys').insert({ id, ...fresh });
      return { state: 'claimed', claim };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const row: Row | undefined = await sql('idempotency_keys').where({ id }).first();
    // Freed between the two statements: the caller asks again.
    if (!row) return { state: 'in-flight' };
    const expired = row.expires_at <= now;
    if (!expired && !bodyHash.equals(row.body_hash)) return { state: 'other-body' };
    if (!expired && row.reply) return { state: 'answered', reply: row.reply };
    const isLeased = row.lease_until > now && row.lease_until <= now + LEASE_MS + CLOCK_ROOM_MS;
    if (!expired && isLeased) return { state: 'in-flight' };
    // As it was read: a COMMIT that took until after the lease has answered it meanwhile, perhaps.
    const taken = await sql('idempotency_keys').where({ id, claim: row.claim, reply: row.reply }).update(fresh);
    return taken === 1 ? { state: 'claimed', claim } : { state: 'in-flight' };
  }

  /** Whether the key was used, and its request is at work or was answered. */
  async isTaken(id: Buffer): Promise<boolean> {
    return (await this.#database.sql('idempotency_keys').where({ id }).first('id')) !== undefined;
  }

  /**
   * Stores the answer under the claim; `on` is the transaction of the work.
   *
   * @throws ProblemError 409 when the lease ran out and another request has taken the key: the work is rolled back
   */
  async answer({ sql }: Sql, id: Buffer, claim: Buffer, reply: Buffer): Promise<void> {
    const stored = await sql('idempotency_keys').where({ id, claim }).update({ reply });
    if (stored !== 1) throw RequestInFlight.error({ headers: { 'retry-after': '1' } });
  }

  /** Frees a key whose work has failed. An answer that was committed stays, even when its COMMIT seemed to fail. */
  async release(id: Buffer, claim: Buffer): Promise<void> {
    await this.#database.sql('idempotency_keys').where({ id, claim }).whereNull('reply').delete();
  }
}
