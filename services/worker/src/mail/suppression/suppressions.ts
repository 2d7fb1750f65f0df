import { Coalescer } from '@postern/queue';
import {
  type Clock,
  type Database,
  idToBytes,
  isDataError,
  isDuplicateKey,
  newId,
  type Sql,
  toDate,
} from '@postern/runtime';
import { plainText } from '../ledger/plain-text.ts';
import { countSoftBounce } from './soft-bounces.ts';

/** `rejected`: refused by SMTP. `bounced`, `complained`: told by a provider's event. `manual`: by a person. */
export type SuppressionCause = 'rejected' | 'bounced' | 'complained' | 'soft-bounces' | 'manual';

export interface Suppression {
  recipientHash: Buffer;
  /** Undefined once the account was erased: the hash alone still keeps mail away. */
  address: string | undefined;
  cause: SuppressionCause;
  reason: string;
  createdAt: Date;
}

/** Who changes the list, and why: both go into the audit. */
export interface SuppressionChange {
  actor: string;
  reason: string;
}

/** Soft bounces in 7 days that suppress an address. */
const SOFT_LIMIT = 3;
const BATCH = 200;
/** How long a check waits for others to be asked with, in milliseconds. */
const LINGER_MS = 4;
const MAX_REASON = 500;

/** The addresses that get no mail. Known by their hash, so that the check holds no address. */
export class Suppressions {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #checks: Coalescer<Buffer, boolean>;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#checks = new Coalescer({ max: BATCH, lingerMs: LINGER_MS, run: (hashes) => this.#check(hashes) });
  }

  /** Whether the address gets no mail. Checks of many mails are asked together. */
  has(recipientHash: Buffer): Promise<boolean> {
    return this.#checks.add(recipientHash);
  }

  /** Puts an address on the list. False: it was on it already. */
  async add(
    recipient: { hash: Buffer; address?: string | undefined },
    cause: SuppressionCause,
    change: SuppressionChange,
  ): Promise<boolean> {
    const add = (made: SuppressionChange) => this.#database.transaction((tx) => this.#add(tx, recipient, cause, made));
    try {
      return await add(change);
    } catch (error) {
      // Another replica put it there at the same moment.
      if (isDuplicateKey(error)) return false;
      if (!isDataError(error)) throw error;
      return add({ ...change, reason: plainText(change.reason) });
    }
  }

  /** Takes an address off the list. False: it was not on it. */
  async remove(recipientHash: Buffer, change: SuppressionChange): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const removed = await tx.sql('suppressions').where({ recipient_hash: recipientHash }).del();
      await tx.sql('soft_bounces').where({ recipient_hash: recipientHash }).del();
      if (removed === 0) return false;
      await this.#audit(tx, recipientHash, 'removed', change);
      return true;
    });
  }

  /** Counts a soft bounce, once a notice, and suppresses at the third in 7 days. True when it did. */
  async softBounce(
    recipient: { hash: Buffer; address?: string | undefined },
    notice: { id: string; reason: string },
  ): Promise<boolean> {
    const recent = await countSoftBounce(this.#database, recipient.hash, notice.id, this.#clock.now());
    if (recent < SOFT_LIMIT) return false;
    return this.add(recipient, 'soft-bounces', {
      actor: 'worker',
      reason: `${recent} soft bounces in 7 days, the last: ${notice.reason}`,
    });
  }

  /** The newest first, `limit` at most. */
  async list(limit: number): Promise<Suppression[]> {
    const rows: {
      recipient_hash: Buffer;
      address: string | null;
      cause: string;
      reason: string;
      created_at: unknown;
    }[] = await this.#database
      .sql('suppressions')
      // Several may be of one millisecond: the hash makes the order, and with it the page, the same each time.
      .orderBy([{ column: 'created_at', order: 'desc' }, 'recipient_hash'])
      .limit(limit)
      .select('*');
    return rows.map((row) => ({
      recipientHash: Buffer.from(row.recipient_hash),
      address: row.address ?? undefined,
      cause: row.cause as SuppressionCause,
      reason: row.reason,
      createdAt: toDate(row.created_at) as Date,
    }));
  }

  /** Who did what to an address's place on the list, oldest first. */
  async audit(recipientHash: Buffer): Promise<{ action: string; actor: string; reason: string; at: Date }[]> {
    const rows: { action: string; actor: string; reason: string; at: unknown }[] = await this.#database
      .sql('suppression_audit')
      .where({ recipient_hash: recipientHash })
      .orderBy('id')
      .select('action', 'actor', 'reason', 'at');
    return rows.map((row) => ({ ...row, at: toDate(row.at) as Date }));
  }

  async #check(hashes: Buffer[]): Promise<readonly boolean[]> {
    const rows: { recipient_hash: Buffer }[] = await this.#database
      .sql('suppressions')
      .whereIn('recipient_hash', hashes)
      .select('recipient_hash');
    const found = new Set(rows.map((row) => Buffer.from(row.recipient_hash).toString('hex')));
    return hashes.map((hash) => found.has(hash.toString('hex')));
  }

  async #add(
    tx: Sql,
    { hash, address }: { hash: Buffer; address?: string | undefined },
    cause: SuppressionCause,
    change: SuppressionChange,
  ): Promise<boolean> {
    const known = await tx.sql('suppressions').where({ recipient_hash: hash }).first('cause');
    if (known) return false;
    await tx.sql('suppressions').insert({
      recipient_hash: hash,
      address: address ?? null,
      cause,
      reason: change.reason.slice(0, MAX_REASON),
      created_at: this.#clock.now(),
    });
    await this.#audit(tx, hash, `added: ${cause}`.slice(0, 20), change);
    return true;
  }

  async #audit(tx: Sql, hash: Buffer, action: string, { actor, reason }: SuppressionChange): Promise<void> {
    await tx.sql('suppression_audit').insert({
      id: idToBytes(newId()),
      recipient_hash: hash,
      action,
      actor: actor.slice(0, 100),
      reason: reason.slice(0, MAX_REASON),
      at: this.#clock.now(),
    });
  }
}
