import { pruneTable } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';

/** How long a row is in seconds, and for how long it is kept: 420 rows a queue, and 768. */
const SPANS = [
  { seconds: 60, keptSeconds: 7 * 3_600 },
  { seconds: 900, keptSeconds: 8 * 86_400 },
] as const;

/** What happened on a queue in a time. */
export interface QueueCounts {
  queue: string;
  done: number;
  /** Runs that failed, whether they are tried again or not. */
  failed: number;
  dead: number;
  /** Messages waiting at its end; undefined where nobody could ask. */
  waiting: number | undefined;
  paused: boolean;
  /** Messages by the bounds of `TIME_BOUNDS`, and one more for what took longer. */
  times: readonly number[];
  /** The same by `WAIT_BOUNDS`: from the send to the start of the handler. */
  waits: readonly number[];
}

/** The same of a row of the table. */
export interface QueueMoment extends QueueCounts {
  /** Its beginning, in seconds since 1970. */
  at: number;
}

type Row = Record<string, unknown> & { queue: string };

const TIMES = columns('t', TIME_BOUNDS.length + 1);
const WAITS = columns('w', WAIT_BOUNDS.length + 1);
const SUMS = ['done', 'failed', 'dead', ...TIMES, ...WAITS];

/** What became of the queues in the last week: a few thousand rows, however many replicas and messages there are. */
export class QueueHistory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds what a replica counted in the minute that begins at `at`, in seconds since 1970: one statement. */
  async add(at: number, counts: readonly QueueCounts[]): Promise<void> {
    if (counts.length === 0) return;
    const rows = SPANS.flatMap(({ seconds }) => counts.map((each) => rowOf(each, seconds, at - (at % seconds))));
    const { dialect } = this.#database;
    await this.#database.transaction(async ({ sql }) => {
      const given = (column: string) => sql.raw(dialect === 'mysql' ? 'values(??)' : 'excluded.??', [column]);
      const sums = SUMS.map((column) => [column, sql.raw('?? + ?', [column, given(column)])]);
      const last = [
        ['waiting', sql.raw('coalesce(?, ??)', [given('waiting'), 'waiting'])],
        ['paused', given('paused')],
      ];
      await sql('queue_history')
        .insert(rows)
        .onConflict(['span', 'queue', 'at'])
        .merge(Object.fromEntries([...sums, ...last]));
    });
  }

  /** The rows of one length since a time, in seconds since 1970, the earliest first. */
  async read(span: number, since: number, queue?: string): Promise<QueueMoment[]> {
    const rows = this.#database.sql<Row>('queue_history').where({ span }).where('at', '>=', since).orderBy('at');
    if (queue !== undefined) rows.where({ queue });
    return (await rows).map(momentOf);
  }

  /** When each queue was last seen without a message that waits, in seconds since 1970. */
  async lastEmpty(): Promise<Map<string, number>> {
    const [{ seconds }] = SPANS;
    const rows: { queue: string; at: unknown; span: unknown }[] = await this.#database
      .sql('queue_history')
      .where({ waiting: 0 })
      .groupBy('queue', 'span')
      .select('queue', 'span')
      .max({ at: 'at' });
    const found = new Map<string, number>();
    for (const { queue, at, span } of rows) {
      // Of a longer row it is only known that it was empty at some time after its beginning.
      const then = Number(at) + (Number(span) === seconds ? seconds : 0);
      found.set(queue, Math.max(found.get(queue) ?? 0, then));
    }
    return found;
  }

  /** Deletes what is past its time. */
  async prune(): Promise<void> {
    const now = Math.floor(this.#database.clock.now().getTime() / 1_000);
    for (const { seconds: span, keptSeconds } of SPANS) {
      await pruneTable(this.#database, {
        ...{ table: 'queue_history', key: ['span', 'queue', 'at'] },
        where: (query) => query.where({ span }).where('at', '<', now - keptSeconds),
      });
    }
  }
}

function columns(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function rowOf({ times, waits, waiting, paused, ...counts }: QueueCounts, span: number, at: number): Row {
  const spread = (names: readonly string[], values: readonly number[]) =>
    Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0]));
  const last = { waiting: waiting ?? null, paused: paused ? 1 : 0 };
  return { span, at, ...counts, ...last, ...spread(TIMES, times), ...spread(WAITS, waits) };
}

function momentOf(row: Row): QueueMoment {
  const number = (name: string) => Number(row[name]);
  return {
    ...{ at: number('at'), queue: row.queue, done: number('done'), failed: number('failed'), dead: number('dead') },
    ...{ waiting: row.waiting === null ? undefined : number('waiting'), paused: number('paused') === 1 },
    ...{ times: TIMES.map(number), waits: WAITS.map(number) },
  };
}
