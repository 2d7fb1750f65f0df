import { Coalescer } from '@postern/durable';
import {
  type Clock,
  type Database,
  forUpdateSkipLocked,
  isDataError,
  isDuplicateKey,
  newId,
  plainText,
  toDate,
} from '@postern/runtime';
import { type Change, ENTRY_COLUMNS, type LedgerEntry, type NewMail, toEntry } from './ledger-entry.ts';
import {
  type AcceptedMail,
  acceptMails,
  beginBodies,
  changeMail,
  insertMails,
  knownIds,
  type MailChange,
  type MailLease,
  readHistory,
  readMails,
} from './ledger-writes.ts';
import { type MailState, PENDING } from './states.ts';

interface LedgerOptions {
  /** How long a mail may be in `sending` before another replica takes its sender for dead, in milliseconds. */
  leaseMs: number;
}

/** Rows in one statement at most. */
const BATCH = 100;
/**
 * How long a mail waits for others to be written with, in milliseconds. The last delays nobody. Half of the first and the
 * last cost about a tenth of the throughput (measured).
 */
const BEGIN_LINGER_MS = 8;
const BODY_LINGER_MS = 0;
const ACCEPT_LINGER_MS = 40;
/** How many times a late `accepted` is written over what others made of the row meanwhile. */
const FORCE_TRIES = 5;
/** Counting stops here: a scrape must not read every mail that waits while a provider is down for a day. */
export const COUNT_AT_MOST = 100_000;
/** How many times an insert is repeated because another replica inserted one of its keys at the same moment. */
const INSERT_TRIES = 5;

/**
 * What is known of every mail, with history. The mails of many handlers are written together (one commit for what came
 * while the last one was under way): a commit each would cost as much as the SMTP conversation.
 */
export class Ledger {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #lease: MailLease;
  readonly #begins: Coalescer<NewMail, LedgerEntry | undefined>;
  readonly #bodies: Coalescer<LedgerEntry, LedgerEntry | undefined>;
  readonly #accepts: Coalescer<AcceptedMail, boolean>;
  /** Those with a provider's id, which are written without waiting for company: a notice may come by it. */
  readonly #acceptsById: Coalescer<AcceptedMail, boolean>;

  constructor(database: Database, clock: Clock, { leaseMs }: LedgerOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#lease = { owner: Buffer.from(newId().replaceAll('-', ''), 'hex'), ms: leaseMs };
    this.#begins = new Coalescer({ max: BATCH, lingerMs: BEGIN_LINGER_MS, run: (mails) => this.#begin(mails) });
    this.#bodies = new Coalescer({ max: BATCH, lingerMs: BODY_LINGER_MS, run: (entries) => this.#bodyBegins(entries) });
    const accepts = { max: BATCH, run: (mails: AcceptedMail[]) => this.#accept(mails) };
    this.#accepts = new Coalescer({ ...accepts, lingerMs: ACCEPT_LINGER_MS });
    this.#acceptsById = new Coalescer({ ...accepts, lingerMs: 0 });
  }

  /** For liveness: what is wrong when writing hangs. */
  stalled(): string | undefined {
    const writers = [this.#begins, this.#bodies, this.#accepts, this.#acceptsById];
    return writers.map((one) => one.stalled()).find((fault) => fault !== undefined);
  }

  /** Puts a mail into the ledger. Undefined: its key is there already, this is its event coming again. */
  begin(mail: NewMail): Promise<LedgerEntry | undefined> {
    return this.#begins.add(mail);
  }

  /**
   * Notes that the provider is about to get the body. The body may go only when this has been committed, so a mail without the
   * note was not sent, however its sender ended. Undefined: the mail is another replica's by now.
   */
  bodyBegins(sending: LedgerEntry): Promise<LedgerEntry | undefined> {
    return this.#bodies.add(sending);
  }

  /** A mail that this process is sending, at the version that the row has now. Undefined: it is not this one's any more. */
  async held(sending: LedgerEntry): Promise<LedgerEntry | undefined> {
    const row: { version: number } | undefined = await this.#database
      .sql('mails')
      .where({ id: sending.id, state: 'sending', lease_owner: this.#lease.owner })
      .first('version');
    return row && { ...sending, version: row.version };
  }

  /** Begins the lease of a mail anew that this process is still sending. */
  async renew({ id, version }: LedgerEntry): Promise<void> {
    const ours = { id, version, state: 'sending', lease_owner: this.#lease.owner };
    const due_at = new Date(this.#clock.now().getTime() + this.#lease.ms);
    await this.#database.sql('mails').where(ours).update({ due_at });
  }

  /**
   * Records that the provider has the mail. It is a fact: should another replica have taken this one for dead meanwhile,
   * it is written over what that one made of the row, unless the provider has reported more since.
   */
  async accepted(entry: LedgerEntry, reason: string, providerMessageId?: string): Promise<void> {
    if (await this.#acceptWithOthers({ entry, reason, providerMessageId })) return;
    let current: LedgerEntry | undefined = entry;
    for (let attempt = 1; current && attempt <= FORCE_TRIES; attempt++) {
      if (!['queued', 'sending', 'deferred', 'unknown'].includes(current.state)) return;
      if (await this.change(current, { state: 'accepted', reason, providerMessageId })) return;
      current = await this.find(entry.id);
    }
  }

  /** False: it has to be written alone, as the row is not as it was left or a text not as the database takes it. */
  async #acceptWithOthers(mail: AcceptedMail): Promise<boolean> {
    try {
      return await (mail.providerMessageId === undefined ? this.#accepts : this.#acceptsById).add(mail);
    } catch (error) {
      if (isDataError(error)) return false;
      throw error;
    }
  }

  /**
   * Changes a mail's state, with its reason. False: it is not at the version that was read any more.
   *
   * What came of a mail is a fact that is written until the database takes it, so a text of a server's that the database
   * has no room or no letters for must not keep it out: it is then written in plain ASCII.
   */
  async change(entry: LedgerEntry, change: Change): Promise<boolean> {
    const write = (made: Change) =>
      this.#database.transaction((tx) => changeMail(tx, entry, made, this.#clock.now(), this.#lease));
    try {
      return await write(change);
    } catch (error) {
      if (!isDataError(error)) throw error;
      return write(plainly(change));
    }
  }

  /**
   * Takes mails that somebody has to look at: a try that is due, an `unknown` whose wait is over, a `sending` whose
   * sender died. Each is this replica's for the length of a lease; replicas pass over each other's.
   */
  async claimDue(limit: number): Promise<LedgerEntry[]> {
    return this.#database.transaction(async (tx) => {
      const now = this.#clock.now();
      const due = tx
        .sql('mails')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .select(...ENTRY_COLUMNS);
      const entries = (await forUpdateSkipLocked(due, tx.dialect)).map(toEntry);
      if (entries.length === 0) return [];
      await tx
        .sql('mails')
        .whereIn(
          'id',
          entries.map(({ id }) => id),
        )
        .update({ due_at: new Date(now.getTime() + this.#lease.ms) });
      return entries;
    });
  }

  async find(id: Buffer): Promise<LedgerEntry | undefined> {
    return (await readMails(this.#database, [id]))[0];
  }

  async findByProviderMessageId(providerMessageId: string): Promise<LedgerEntry | undefined> {
    const row = await this.#database
      .sql('mails')
      .where({ provider_message_id: providerMessageId })
      .first(...ENTRY_COLUMNS);
    return row && toEntry(row);
  }

  history(id: Buffer): Promise<MailChange[]> {
    return readHistory(this.#database, id);
  }

  /** How many mails are in each state, of those that changed since `since`. */
  async counts(since: Date): Promise<Map<MailState, number>> {
    return this.#countStates(this.#database.sql('mails').where('changed_at', '>', since));
  }

  /** How many mails are on their way or wait, by state: those that are due first, up to so many. Cheap however many wait, or are done. */
  async pending(atMost = COUNT_AT_MOST): Promise<Map<MailState, number>> {
    const { sql } = this.#database;
    const some = sql('mails').whereNotNull('due_at').orderBy('due_at').limit(atMost).select('state');
    return this.#countStates(sql.from(some.as('some')).whereIn('state', PENDING));
  }

  /** When the longest-waiting mail that is not done was due; undefined when none waits. */
  async oldestDue(): Promise<Date | undefined> {
    const waiting = this.#database.sql('mails').whereNotNull('due_at').whereIn('state', PENDING);
    const row: { due_at: unknown } | undefined = await waiting.orderBy('due_at').first('due_at');
    return toDate(row?.due_at) ?? undefined;
  }

  /** Empties a mail that nobody can have sent again any more: what became of it stays as it is. */
  async forgetContent({ id, version }: LedgerEntry): Promise<void> {
    await this.#database.sql('mails').where({ id, version }).update({ payload: null, due_at: null });
  }

  async #countStates(query: ReturnType<Database['sql']>): Promise<Map<MailState, number>> {
    const rows: { state: MailState; n: number }[] = await query.groupBy('state').select('state').count({ n: '*' });
    return new Map(rows.map(({ state, n }) => [state, Number(n)]));
  }

  async #begin(mails: NewMail[]): Promise<readonly (LedgerEntry | undefined)[]> {
    // One key twice in a batch: the first is the mail, the other its repeat.
    const byId = new Map(mails.map((mail) => [mail.id.toString('hex'), mail] as const).reverse());
    const { known, at: createdAt } = await this.#insert([...byId.values()]);
    return mails.map((mail) => {
      const id = mail.id.toString('hex');
      if (known.has(id) || byId.get(id) !== mail) return undefined;
      const { first, ...rest } = mail;
      return {
        ...rest,
        state: first.state,
        version: 1,
        attempts: first.state === 'sending' ? 1 : 0,
        unknowns: 0,
        provider: first.provider,
        fault: undefined,
        createdAt,
      };
    });
  }

  /** Answers with the ids that were known already. Nearly always none is, so it is asked only when the insert says so. */
  async #insert(mails: readonly NewMail[]): Promise<{ known: Set<string>; at: Date }> {
    let known = new Set<string>();
    let at = this.#clock.now();
    for (let attempt = 1; ; attempt++) {
      const fresh = mails.filter(({ id }) => !known.has(id.toString('hex')));
      if (fresh.length === 0) return { known, at };
      try {
        await this.#database.transaction((tx) => {
          // The lease counts from here, not from before a connection was waited for.
          at = this.#clock.now();
          return insertMails(tx, fresh, at, this.#lease);
        });
        return { known, at };
      } catch (error) {
        if (!isDuplicateKey(error) || attempt === INSERT_TRIES) throw error;
        const ids = mails.map(({ id }) => id);
        known = await knownIds(this.#database, ids);
      }
    }
  }

  async #bodyBegins(entries: LedgerEntry[]): Promise<readonly (LedgerEntry | undefined)[]> {
    const lost = await this.#noteBodies(entries);
    return entries.map((entry) => (lost.has(entry) ? undefined : { ...entry, version: entry.version + 1 }));
  }

  /**
   * Connections wait for this one, so it is a statement that commits by itself: a transaction around it takes three answers of the
   * database. What it did before it failed is found again.
   */
  async #noteBodies(entries: readonly LedgerEntry[]): Promise<Set<LedgerEntry>> {
    try {
      return await beginBodies(this.#database, entries, this.#lease);
    } catch {
      return this.#database.transaction((tx) => beginBodies(tx, entries, this.#lease));
    }
  }

  async #accept(mails: AcceptedMail[]): Promise<readonly boolean[]> {
    const lost = await this.#database.transaction((tx) => acceptMails(tx, mails, this.#clock.now(), this.#lease));
    return mails.map(({ entry }) => !lost.has(entry));
  }
}

/** The change in letters that every column takes, and without an id that would not be the provider's any more. */
function plainly({ providerMessageId: id, ...change }: Change): Change {
  const kept = id !== undefined && plainText(id) === id ? { providerMessageId: id } : {};
  return { ...change, ...kept, reason: plainText(change.reason) };
}
