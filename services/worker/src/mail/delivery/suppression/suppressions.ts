import { Coalescer } from '@postern/durable';
import {
  type Clock,
  Columns,
  column,
  type Database,
  idToBytes,
  isDataError,
  isDuplicateKey,
  newId,
  plainText,
  type Sql,
  toDate,
} from '@postern/runtime';
import { WORKER } from '../../../operators/own-names.ts';
import { wasForgotten } from '../ledger/forget-person.ts';
import { type BadDay, countBadDays } from './bad-days.ts';
import { KEPT, keepComplaints } from './complaints.ts';
import { ENDS_AFTER_MS, type SuppressionCause, WEIGHT } from './suppression-causes.ts';
import { applySuppressionFilter, type SuppressionFilter } from './suppression-filter.ts';

export interface Suppression {
  recipientHash: Buffer;
  /** Undefined once its person was erased or has another: the hash alone still keeps mail away. */
  address: string | undefined;
  cause: SuppressionCause;
  reason: string;
  createdAt: Date;
  /** When it ends by itself. */
  endsAt: Date | undefined;
}

const columns = new Columns<Suppression>({
  recipientHash: column.value('recipient_hash'),
  address: column.valueOrUndefined('address'),
  cause: column.value('cause'),
  reason: column.value('reason'),
  createdAt: column.time('created_at'),
  endsAt: column.timeOrUndefined('ends_at'),
});

export interface SuppressionQuery extends SuppressionFilter {
  after?: Pick<Suppression, 'createdAt' | 'recipientHash'> | undefined;
}

/** Who changes the list, and why: both go into the audit. */
interface SuppressionChange {
  actor: string;
  reason: string;
}

interface Recipient {
  hash: Buffer;
  address?: string | undefined;
}

/** Days of 7 with a soft bounce, or with a refusal that does not say whose fault it is, that suppress an address for a while. */
const BAD_DAYS_LIMIT = 3;
const BATCH = 200;
/** How long a check waits for others to be asked with, in milliseconds. */
const LINGER_MS = 4;
const MAX_REASON = 500;
/** How many times an address is put on the list while others change its place at the same moment. */
const ADD_TRIES = 5;

/** The addresses that get no mail. Known by their hash, so that the check holds no address. */
export class Suppressions {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #checks: Coalescer<Buffer, SuppressionCause | undefined>;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#checks = new Coalescer({ max: BATCH, lingerMs: LINGER_MS, run: (hashes) => this.#check(hashes) });
  }

  /** For liveness: what is wrong when checks hang. */
  stalled(): string | undefined {
    return this.#checks.stalled();
  }

  /** Why the address gets no mail, or undefined. Checks of many mails are asked together. */
  causeOf(recipientHash: Buffer): Promise<SuppressionCause | undefined> {
    return this.#checks.add(recipientHash);
  }

  async has(recipientHash: Buffer): Promise<boolean> {
    return (await this.causeOf(recipientHash)) !== undefined;
  }

  /** Puts an address on the list. False: it was on it already, for a cause that weighs as much. */
  async add(recipient: Recipient, cause: SuppressionCause, change: SuppressionChange): Promise<boolean> {
    let made = change;
    for (let attempt = 1; ; attempt++) {
      try {
        const done = await this.#database.transaction((tx) => this.#add(tx, recipient, cause, made));
        if (done !== 'overtaken' || attempt === ADD_TRIES) return done === true;
      } catch (error) {
        // A duplicate: another replica put it there at the same moment, maybe for a cause that weighs less.
        if (attempt === ADD_TRIES || !(isDuplicateKey(error) || isDataError(error))) throw error;
        if (!isDuplicateKey(error)) made = { ...change, reason: plainText(change.reason) };
      }
    }
  }

  /** Takes an address off the list. False: it was not on it. */
  async remove(recipientHash: Buffer, change: SuppressionChange): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const removed = await tx.sql('suppressions').where({ recipient_hash: recipientHash }).del();
      await tx.sql('soft_bounces').where({ recipient_hash: recipientHash }).del();
      if (removed === 0) return false;
      await this.#audit(tx, [recipientHash], 'removed', change);
      return true;
    });
  }

  /** Removes an address that was added for this cause since `since`. False where there is none such. */
  async undo(
    { recipientHash, since }: { recipientHash: Buffer; since: Date },
    cause: SuppressionCause,
    change: SuppressionChange,
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const ours = tx.sql('suppressions').where({ recipient_hash: recipientHash, cause });
      const removed = await ours.where('created_at', '>=', since).del();
      if (removed > 0) await this.#audit(tx, [recipientHash], 'removed', change);
      return removed > 0;
    });
  }

  /** Counts the day of a refusal that does not say who is to blame, and suppresses for a while at the third of 7. True when it did. */
  refused(recipient: Recipient, reason: string): Promise<boolean> {
    return this.#badDay(recipient, { what: 'refused', at: this.#clock.now(), reason });
  }

  /** Counts the day of a mail that bounced for now, and suppresses for a while at the third of 7. True when it did. */
  softBounce(recipient: Recipient, mail: { at: Date; reason: string }): Promise<boolean> {
    return this.#badDay(recipient, { what: 'bounced', ...mail });
  }

  /** Takes an address that is on the list for a while off it, as a mail of a later time has arrived. */
  async arrived(recipientHash: Buffer, mailedAt: Date): Promise<void> {
    const cause = await this.causeOf(recipientHash);
    if (cause === undefined || !(cause in ENDS_AFTER_MS)) return;
    await this.#database.transaction(async (tx) => {
      const passing = tx.sql('suppressions').where({ recipient_hash: recipientHash, cause });
      if ((await passing.where('created_at', '<', mailedAt).del()) === 0) return;
      await tx.sql('soft_bounces').where({ recipient_hash: recipientHash }).del();
      await this.#audit(tx, [recipientHash], 'removed', { actor: WORKER, reason: 'a mail to it has arrived' });
    });
  }

  /** The newest first, `limit` at most; `of` narrows it to a cause or a recipient, or to those behind one of the page before. */
  async list(limit: number, of: SuppressionQuery = {}): Promise<Suppression[]> {
    const query = applySuppressionFilter(this.#holding(this.#database), of)
      // Several may be of one millisecond: the hash makes the order, and with it the page, the same each time.
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'recipient_hash', order: 'desc' },
      ])
      .limit(limit);
    if (of.after) {
      const { createdAt, recipientHash } = of.after;
      query
        .where('created_at', '<=', createdAt)
        .whereRaw('(created_at, recipient_hash) < (?, ?)', [createdAt, recipientHash]);
    }
    return (await query).map(columns.read);
  }

  /** How many fit. */
  async count(of: SuppressionFilter): Promise<number> {
    const [row] = await applySuppressionFilter(this.#holding(this.#database), of).count({ many: '*' });
    return Number(row?.many ?? 0);
  }

  /**
   * Takes all that fit off the list, some at a time, each with its line of history; ended half-way it is called again. Who comes onto the
   * list meanwhile stays on it, and so does who complained, for the complaint, where that was not chosen.
   *
   * @param onProgress hears how many are off it
   * @returns how many
   */
  async removeMany(
    of: SuppressionFilter,
    change: SuppressionChange,
    onProgress: (removed: number) => void = () => undefined,
  ): Promise<number> {
    const now = this.#clock.now();
    const filter = { ...of, before: of.before && of.before < now ? of.before : now };
    const some = (tx: Sql) => applySuppressionFilter(this.#holding(tx), filter);
    for (let removed = 0; ; ) {
      const hashes: Buffer[] = await some(this.#database).limit(BATCH).pluck('recipient_hash');
      if (hashes.length === 0) return removed;
      removed += await this.#database.transaction(async (tx) => {
        // Those that still fit, locked by their key: one that was suppressed anew since is another matter.
        const query = some(tx).whereIn('recipient_hash', hashes);
        const taken: Buffer[] = await (tx.dialect === 'mysql' ? query.forUpdate() : query).pluck('recipient_hash');
        const kept = await keepComplaints(tx, taken, filter);
        const gone = taken.filter((hash) => !kept.some((complaint) => complaint.equals(hash)));
        await tx.sql('suppressions').whereIn('recipient_hash', gone).del();
        await tx.sql('soft_bounces').whereIn('recipient_hash', taken).del();
        await this.#audit(tx, gone, 'removed', change);
        await this.#audit(tx, kept, KEPT, change);
        return gone.length;
      });
      onProgress(removed);
    }
  }

  /** Whether somebody has taken the address off the list after `since`, but for an earlier complaint: not we ourselves, for refusals that were not its fault. */
  async removedSince(recipientHash: Buffer, since: Date): Promise<boolean> {
    const history = this.#database.sql('suppression_audit').where({ recipient_hash: recipientHash });
    const removed = history.whereIn('action', ['removed', KEPT]);
    const actors: string[] = await removed.where('at', '>', since).pluck('actor');
    // Compared here: to MySQL somebody named Wörker is the worker.
    return actors.some((actor) => actor !== WORKER);
  }

  /** Who did what to an address's place on the list, oldest first. */
  async audit(recipientHash: Buffer): Promise<{ action: string; actor: string; reason: string; at: Date }[]> {
    const rows: { action: string; actor: string; reason: string; at: unknown }[] = await this.#database
      .sql('suppression_audit')
      .where({ recipient_hash: recipientHash })
      .orderBy(['at', 'id'])
      .select('action', 'actor', 'reason', 'at');
    return rows.map((row) => ({ ...row, at: toDate(row.at) as Date }));
  }

  async #badDay(
    recipient: Recipient,
    { what, at, reason }: { what: BadDay; at: Date; reason: string },
  ): Promise<boolean> {
    const days = await countBadDays(this.#database, recipient.hash, what, { at, now: this.#clock.now() });
    if (days < BAD_DAYS_LIMIT) return false;
    return this.add(recipient, what === 'refused' ? 'refused-often' : 'soft-bounces', {
      actor: WORKER,
      reason: `${what} on ${days} days of 7, the last time: ${reason}`,
    });
  }

  async #check(hashes: Buffer[]): Promise<readonly (SuppressionCause | undefined)[]> {
    const rows: { recipient_hash: Buffer; cause: SuppressionCause }[] = await this.#holding(this.#database)
      .whereIn('recipient_hash', hashes)
      .select('recipient_hash', 'cause');
    const found = new Map(rows.map((row) => [Buffer.from(row.recipient_hash).toString('hex'), row.cause]));
    return hashes.map((hash) => found.get(hash.toString('hex')));
  }

  /** Those that have not ended. */
  #holding(tx: Sql) {
    const now = this.#clock.now();
    return tx.sql('suppressions').where((query) => query.whereNull('ends_at').orWhere('ends_at', '>', now));
  }

  async #add(
    tx: Sql,
    { hash, address }: Recipient,
    cause: SuppressionCause,
    change: SuppressionChange,
  ): Promise<boolean | 'overtaken'> {
    const now = this.#clock.now();
    const known: { cause: SuppressionCause; created_at: string | number | Date; ends_at: unknown } | undefined =
      await tx.sql('suppressions').where({ recipient_hash: hash }).first('cause', 'created_at', 'ends_at');
    const ended = (toDate(known?.ends_at)?.getTime() ?? Number.POSITIVE_INFINITY) <= now.getTime();
    if (known && !ended && WEIGHT[known.cause] >= WEIGHT[cause]) return false;
    const lasts = ENDS_AFTER_MS[cause];
    const row = {
      ...(address === undefined || (await wasForgotten(tx, hash)) ? {} : { address }),
      cause,
      reason: change.reason.slice(0, MAX_REASON),
      created_at: now,
      ends_at: lasts === undefined ? null : new Date(now.getTime() + lasts),
    };
    if (known) {
      // As it was read: of two that come at the same moment one changes it, and the other looks again.
      const was = { recipient_hash: hash, created_at: known.created_at, cause: known.cause };
      if ((await tx.sql('suppressions').where(was).update(row)) === 0) return 'overtaken';
    } else await tx.sql('suppressions').insert({ recipient_hash: hash, ...row });
    await this.#audit(tx, [hash], `added: ${cause}`.slice(0, 20), change, now);
    return true;
  }

  async #audit(
    tx: Sql,
    hashes: readonly Buffer[],
    action: string,
    { actor, reason }: SuppressionChange,
    at = this.#clock.now(),
  ): Promise<void> {
    if (hashes.length === 0) return;
    const what = { action, actor: actor.slice(0, 100), reason: reason.slice(0, MAX_REASON), at };
    const rows = hashes.map((recipient_hash) => ({ id: idToBytes(newId()), recipient_hash, ...what }));
    await tx.sql('suppression_audit').insert(rows);
  }
}
