import type { RecurringWarnings } from '@postern/runtime';
import { Coalescer } from './coalescer.ts';
import { persistently } from './persistently.ts';

/** Rows in one statement. */
const BATCH = 500;

interface RowWriterOptions<Row> {
  /** One statement for 1 to 500 rows. */
  write: (rows: Row[]) => Promise<void>;
  /** What a row is stored under, where a later one replaces it: of those in one statement the last of each key is written. */
  keyOf?: (row: Row) => string;
  /** How long a row waits for others to be written with, in milliseconds. */
  lingerMs: number;
  /** Rows that may wait at once; those that are too many are left out (default: no end). */
  most?: number;
  /** What the log has when rows cannot be written, and when they can again: once for all writers that share the warnings. */
  says: { fails: string; works: string };
  warnings: RecurringWarnings;
}

/**
 * Writes rows for whoever looks back, beside the work that they tell of: with others in one statement, after it has been done. Nothing
 * fails by it; a row that cannot be written is left out, and the log says so.
 */
export class RowWriter<Row> {
  readonly #rows: Coalescer<Row, undefined>;
  readonly #options: Omit<RowWriterOptions<Row>, 'write' | 'keyOf' | 'lingerMs'>;

  constructor({ write, keyOf, lingerMs, ...options }: RowWriterOptions<Row>) {
    this.#options = options;
    this.#rows = new Coalescer({
      ...{ max: BATCH, lingerMs },
      run: async (rows) => {
        const written = keyOf ? lastOfEach(rows, keyOf) : rows;
        await persistently(() => write(written));
        return new Array<undefined>(rows.length).fill(undefined);
      },
    });
  }

  /** Resolves when the row is written, or left out. */
  async add(row: Row): Promise<void> {
    const { most = Number.POSITIVE_INFINITY, says, warnings } = this.#options;
    if (this.#rows.size >= most) return;
    try {
      await this.#rows.add(row);
      warnings.recovered('write', says.works, {});
    } catch (error) {
      warnings.warn('write', says.fails, { error });
    }
  }

  /** Resolves when what was added until now is written, or left out. */
  flush(): Promise<void> {
    return this.#rows.flush();
  }

  /** For liveness: what is wrong when a statement hangs. */
  stalled(): string | undefined {
    return this.#rows.stalled();
  }
}

function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
