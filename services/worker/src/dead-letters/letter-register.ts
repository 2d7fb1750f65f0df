import { fitting } from '@postern/durable';
import { type Database, idToBytes, isDuplicateKey, type Sql, toDate } from '@postern/runtime';
import type { DeadLetter } from '@postern/sqs';
import type { Knex } from 'knex';
import { applyFilter, type RegisterFilter, readsBodies } from './letter-filter.ts';
import {
  diedAt,
  fromRow,
  givenUpAt,
  isSameMessage,
  type LetterRow,
  otherRegisterId,
  type RegisteredLetter,
  registerId,
  toRow,
} from './letter-row.ts';

const TABLE = 'dead_letters';
/** Bodies that a search for a text reads: some hundred milliseconds (MariaDB). */
export const BODIES_READ = 10_000;
/** Rows in one INSERT. */
const AT_ONCE = 200;

/** Letters that died of the same. */
export interface LetterGroup {
  fingerprint: string;
  type: string;
  reason: string;
  error: string | undefined;
  letters: number;
  newest: Date;
}

/** Where a page goes on: behind this letter. */
export interface LetterPlace {
  diedAt: Date;
  row: string;
}

/**
 * What was given up, in the worker's database: SQS cannot be listed, and does not say what became of a letter. Workers write each letter
 * down when they give it up, and whoever goes through a queue writes down what SQS itself has moved. What an operator decides is
 * decided here, in one transaction; the copy that SQS has is deleted afterwards, whenever it is seen again.
 */
export class LetterRegister {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes down what has just been given up. One that was acted on and died again waits for a decision again. */
  async died(letter: DeadLetter): Promise<void> {
    const { sql, clock } = this.#database;
    // The first place may be another message's, the second cannot be.
    for (const letterId of [registerId(letter.id), otherRegisterId(letter)]) {
      const row = toRow(letter, clock.now(), letterId);
      try {
        await sql(TABLE).insert(row);
        return;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const known: LetterRow | undefined = await sql(TABLE).where({ queue: letter.queue, letter_id: letterId }).first();
      if (known && isSameMessage(fromRow(known), letter)) return this.#again(row);
    }
  }

  /** Writes down letters that the register does not have, hundreds with one statement. */
  async addMany(letters: readonly DeadLetter[]): Promise<void> {
    const now = this.#database.clock.now();
    const places = new Map<string, DeadLetter>();
    for (const letter of letters) {
      const id = registerId(letter.id);
      const taken = places.get(id);
      if (!taken) places.set(id, letter);
      else if (!isSameMessage(taken, letter)) places.set(otherRegisterId(letter), letter);
    }
    const rows = [...places].map(([letterId, letter]) => toRow(letter, now, letterId));
    for (let rest: readonly LetterRow[] = rows; rest.length > 0; ) {
      const some = fitting(rest.slice(0, AT_ONCE), (row) => Buffer.byteLength(row.letter));
      await this.#database.sql(TABLE).insert(some).onConflict(['queue', 'letter_id']).ignore();
      rest = rest.slice(some.length);
    }
  }

  /**
   * Writes down what a queue was seen to have.
   *
   * @returns those that an operator has acted on since they died: their copies may go. One that has died again is not among them, though its
   * older copy, which has the same id, may be
   */
  async seen(queue: string, letters: readonly DeadLetter[]): Promise<Set<DeadLetter>> {
    const now = this.#database.clock.now();
    const ofQueue = () => this.#database.sql(TABLE).where({ queue });
    const rows: LetterRow[] = await ofQueue().whereIn(
      'letter_id',
      letters.flatMap((letter) => [registerId(letter.id), otherRegisterId(letter)]),
    );
    const known = new Map(rows.map((row) => [row.letter_id, row]));
    const rowOf = (letter: DeadLetter) => {
      const first = known.get(registerId(letter.id));
      return first && isSameMessage(fromRow(first), letter) ? first : known.get(otherRegisterId(letter));
    };
    const gone = new Set<DeadLetter>();
    const [seen, acted]: [string[], string[]] = [[], []];
    const added: DeadLetter[] = [];
    for (const letter of letters) {
      const row = rowOf(letter);
      if (row) seen.push(row.letter_id);
      if (row && isActedOn(letter, row, now)) {
        gone.add(letter);
        acted.push(row.letter_id);
      } else if (row && row.state !== 'dead') await this.died(letter);
      else if (!row && known.has(registerId(letter.id))) await this.died(letter);
      else if (!row) added.push(letter);
    }
    await this.addMany(added);
    await ofQueue().whereIn('letter_id', seen).update({ seen_at: now });
    await ofQueue().whereIn('letter_id', acted).whereNot({ state: 'dead' }).update({ copy_gone: true });
    return gone;
  }

  /** Whether SQS may still have copies of letters that were acted on. */
  async hasCopies(queue: string): Promise<boolean> {
    return this.hasActedSince(queue, new Date(0));
  }

  /** Whether letters were acted on since then whose copies SQS may still have. */
  async hasActedSince(queue: string, since: Date): Promise<boolean> {
    const acted = this.#database.sql(TABLE).whereIn('state', ['sent', 'discarded']).where({ copy_gone: false, queue });
    return (await acted.where('acted_at', '>=', since).first('id')) !== undefined;
  }

  /**
   * Forgets letters that nobody has seen since then, after a whole pass: somebody else has deleted them, or SQS has. A hundred thousand take
   * longer than a lease.
   *
   * @param goesOn asked before each portion; false: nothing more is forgotten
   * @returns how many
   */
  async forgetUnseen(queue: string, since: Date, goesOn: () => Promise<boolean>): Promise<number> {
    const unseen = () => this.#database.sql(TABLE).where({ queue }).where('seen_at', '<', since);
    await this.#some(
      () => unseen().whereNot({ state: 'dead' }).where({ copy_gone: false }),
      (rows) => rows.whereNot({ state: 'dead' }).update({ copy_gone: true }),
      goesOn,
    );
    return this.#some(
      () => unseen().where({ state: 'dead' }),
      (rows) => rows.where({ state: 'dead' }).where('seen_at', '<', since).del(),
      goesOn,
    );
  }

  /** Changes rows by their keys, some at a time: one statement about a whole queue would lock whatever dies meanwhile out. */
  async #some(
    find: () => Knex.QueryBuilder,
    change: (rows: Knex.QueryBuilder) => PromiseLike<number>,
    goesOn: () => Promise<boolean>,
  ): Promise<number> {
    const { sql } = this.#database;
    let changed = 0;
    let after = Buffer.alloc(0);
    while (await goesOn()) {
      const found: { id: Buffer }[] = await find().where('id', '>', after).orderBy('id').limit(AT_ONCE).select('id');
      const ids = found.map(({ id }) => Buffer.from(id));
      if (ids.length > 0) changed += await change(sql(TABLE).whereIn('id', ids));
      if (ids.length < AT_ONCE) return changed;
      after = ids.at(-1) as Buffer<ArrayBuffer>;
    }
    return changed;
  }

  /** How many of each queue wait for a decision, and of how many SQS may still have a copy that is to go. */
  async counts(): Promise<Map<string, { dead: number; acted: number }>> {
    const { sql } = this.#database;
    // Two questions, as each is answered out of an index.
    const counted = () => sql(TABLE).groupBy('queue').select('queue', sql.raw('COUNT(*) AS many'));
    const [dead, acted] = (await Promise.all([
      counted().where({ state: 'dead' }),
      counted().whereIn('state', ['sent', 'discarded']).where({ copy_gone: false }),
    ])) as { queue: string; many: number | string }[][];
    const counts = new Map<string, { dead: number; acted: number }>();
    for (const { queue, many } of dead ?? []) counts.set(queue, { dead: Number(many), acted: 0 });
    for (const { queue, many } of acted ?? []) {
      counts.set(queue, { dead: counts.get(queue)?.dead ?? 0, acted: Number(many) });
    }
    return counts;
  }

  async count(queue: string, filter: RegisterFilter, { sql }: Sql = this.#database): Promise<number> {
    const [row] = await applyFilter(sql(TABLE), queue, filter).count({ many: '*' });
    return Number(row?.many ?? 0);
  }

  /** Those that died last first. */
  async list(
    queue: string,
    filter: RegisterFilter,
    { after, limit }: { after?: LetterPlace | undefined; limit: number },
  ): Promise<RegisteredLetter[]> {
    const { sql } = this.#database;
    const query = applyFilter(sql(TABLE), queue, filter).orderBy([
      { column: 'died_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
    if (after) {
      // The first condition is what the index is entered by: no database here uses one for the comparison of rows.
      const place = [after.diedAt, idToBytes(after.row)];
      query.where('died_at', '<=', after.diedAt).whereRaw('(died_at, id) < (?, ?)', place);
    }
    // Ids alone come out of an index; whole rows, which are long, are read for the page alone.
    const ids = ((await query.limit(limit).select('id')) as Pick<LetterRow, 'id'>[]).map(({ id }) => Buffer.from(id));
    const rows: LetterRow[] = ids.length === 0 ? [] : await sql(TABLE).whereIn('id', ids);
    const found = new Map(rows.map((row) => [Buffer.from(row.id).toString('hex'), fromRow(row)]));
    return ids.flatMap((id) => found.get(id.toString('hex')) ?? []);
  }

  /**
   * A filter whose text is searched for in bodies alone, narrowed to the letters that died last: reading all of a hundred thousand bodies takes
   * longer than a statement may. What is shown and what is acted on are then the same letters. Any other filter is returned as it is.
   */
  async bounded(queue: string, filter: RegisterFilter): Promise<RegisterFilter> {
    if (!readsBodies(filter)) return filter;
    const first: { died_at: unknown } | undefined = await this.#database
      .sql(TABLE)
      .where({ queue, state: 'dead' })
      .orderBy('died_at', 'desc')
      .offset(BODIES_READ)
      .first('died_at');
    const from = toDate(first?.died_at);
    if (!from || (filter.since && filter.since > from)) return filter;
    return { ...filter, since: from };
  }

  /** The most letters first. */
  async groups(queue: string, filter: RegisterFilter, limit: number): Promise<LetterGroup[]> {
    const { sql } = this.#database;
    const query = applyFilter(sql(TABLE), queue, filter)
      .groupBy('fingerprint')
      .select('fingerprint', sql.raw('COUNT(*) AS many'), sql.raw('MAX(died_at) AS newest'))
      .orderBy('many', 'desc')
      .limit(limit);
    const found = (await query) as { fingerprint: Buffer; many: number | string; newest: unknown }[];
    return Promise.all(
      found.map(async ({ fingerprint, many, newest }) => {
        const sample: Pick<LetterRow, 'type' | 'reason' | 'error'> = await sql(TABLE)
          .where({ queue, state: 'dead', fingerprint })
          .first('type', 'reason', 'error');
        return {
          fingerprint: Buffer.from(fingerprint).toString('hex'),
          ...{ type: sample?.type ?? '', reason: sample?.reason ?? '', error: sample?.error ?? undefined },
          ...{ letters: Number(many), newest: toDate(newest) as Date },
        };
      }),
    );
  }

  async find(queue: string, id: string, { sql }: Sql = this.#database): Promise<RegisteredLetter | undefined> {
    const row: LetterRow | undefined = await sql(TABLE)
      .where({ queue, letter_id: registerId(id) })
      .first();
    return row && fromRow(row);
  }

  async #again(row: LetterRow): Promise<void> {
    const { id: _id, queue, letter_id, operation_id: _operation, acted_at: _acted, ...current } = row;
    // Which operation sent it, and when, stays: that is how its first ones are judged.
    await this.#database
      .sql(TABLE)
      .where({ queue, letter_id })
      .where('died_at', '<=', row.died_at as Date)
      .update(current);
  }
}

/**
 * Whether a copy is one that an operator has acted on. When a worker has given it up is by the database's clock, as the act is; when SQS has
 * moved it itself there is only SQS's own time, which may be behind: such a copy is known by being the very one that is registered. One that is
 * registered as dead waits for a decision, whatever the clocks say.
 */
function isActedOn(letter: DeadLetter, { state, acted_at, died_at }: LetterRow, now: Date): boolean {
  const actedAt = toDate(acted_at);
  const isRegistered = toDate(died_at)?.getTime() === diedAt(letter, now).getTime();
  if (!actedAt || (isRegistered && state === 'dead')) return false;
  const givenUp = givenUpAt(letter, now);
  return givenUp ? givenUp <= actedAt : isRegistered;
}
