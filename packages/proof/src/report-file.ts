import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { held, type Row } from './run-experiment.ts';

/** Results of several runs, one JSON object a line: what is interrupted keeps what it has finished, and a later run goes on with the rest. */
export class ReportFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The newest of each experiment, form and plant, in the order of their first. @throws Error for a line that is none of these */
  get rows(): Row[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    const newest = new Map<string, Row>();
    for (const [n, line] of lines.entries()) {
      if (line === '') continue;
      const row = readRow(line, `${this.#path}:${n + 1}`);
      newest.set(keyOf(row), row);
    }
    return [...newest.values()];
  }

  /** Whether it is there and held: what failed is run again. */
  has(wanted: Pick<Row, 'name' | 'short' | 'plant'>): boolean {
    return this.rows.some((row) => keyOf(row) === keyOf(wanted) && held(row));
  }

  append(row: Row): void {
    appendFileSync(this.#path, `${JSON.stringify(row)}\n`);
  }
}

function keyOf({ name, short, plant = '' }: Pick<Row, 'name' | 'short' | 'plant'>): string {
  return `${name}/${short}/${plant}`;
}

function readRow(line: string, place: string): Row {
  try {
    const row = JSON.parse(line) as Row;
    if (typeof row.name === 'string' && Array.isArray(row.violations) && Array.isArray(row.missed)) return row;
  } catch {
    // Said below: a line that was cut short is not a result.
  }
  throw new Error(`${place}: this is not a result of an experiment; take the line out, or give --report another file.`);
}
