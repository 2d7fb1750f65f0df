/** What one measurement gave, by the name of the column, unit included. */
export type Measured = Record<string, number>;

export interface Spread {
  median: number;
  lowest: number;
  highest: number;
}

export interface BenchRow {
  who: string;
  columns: Record<string, Spread>;
  /** To the reference, in the column that is compared: the median of each round's own. */
  ratio: number | null;
}

export interface BenchTable {
  title: string;
  rounds: number;
  /** Whom the others are compared with, and in which column. */
  reference: string;
  compared: string;
  rows: BenchRow[];
}

/** What a table is called, and what is compared with whom in it. */
export interface Comparison<One extends Measured> {
  title: string;
  reference: string;
  compared: keyof One & string;
}

export interface Turns<One> {
  rounds: number;
  /** Each is measured once a round; rounds take turns, so that a noisy moment hits all of them. */
  contenders: Readonly<Record<string, () => Promise<One>>>;
  /** Without it no round goes before those that count: where code that has never run is what is measured, or a round takes long. */
  warmUp?: boolean;
}

export type BenchPlan<One extends Measured> = Comparison<One> & Turns<One>;

/** Measures all contenders in turns, after a round that warms up and is not counted, unless the plan does without. */
export async function benchTable<One extends Measured>(plan: BenchPlan<One>): Promise<BenchTable> {
  return tableOf(plan, await measureInTurns(plan));
}

/** What each contender gave, round by round. */
export async function measureInTurns<One>(turns: Turns<One>): Promise<Map<string, One[]>> {
  const { rounds, contenders, warmUp = true } = turns;
  const results = new Map<string, One[]>(Object.keys(contenders).map((who) => [who, []]));
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const [who, measure] of Object.entries(contenders)) {
      const one = await measure();
      if (round > 0) results.get(who)?.push(one);
    }
  }
  return results;
}

/** @param results of each contender as many as of the reference */
export function tableOf<One extends Measured>(
  { title, reference, compared }: Comparison<One>,
  results: ReadonlyMap<string, readonly One[]>,
): BenchTable {
  const base = results.get(reference) ?? [];
  const rows = [...results].map(([who, all]) => ({
    who,
    columns: Object.fromEntries(
      Object.keys(all[0] ?? {}).map((column) => [column, spreadOf(all.map((one) => one[column] ?? 0))]),
    ),
    ratio:
      base.length === 0
        ? null
        : spreadOf(all.map((one, n) => (one[compared] ?? 0) / (base[n]?.[compared] ?? 0))).median,
  }));
  const rounds = Math.max(0, ...[...results.values()].map((all) => all.length));
  return { title, rounds, reference, compared, rows };
}

/** Prints one line of JSON a table, or tables to read: medians, and the lowest and highest round beside them. */
export function printTable(table: BenchTable, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(table)}\n` : readable(table));
}

function readable({ title, rounds, reference, compared, rows }: BenchTable): string {
  const names = [...new Set(rows.flatMap(({ columns }) => Object.keys(columns)))];
  const head = ['', ...names, 'ratio'];
  const body = rows.map(({ who, columns, ratio }) => [
    who,
    ...names.map((name) => cell(columns[name])),
    ratio === null ? '' : `${ratio.toFixed(2)} x`,
  ]);
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...body];
  const grid = lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
  return `\n${title}: median (lowest to highest) of ${rounds} rounds; ratio of ${compared} to ${reference}\n\n${grid}\n`;
}

function cell(spread: Spread | undefined): string {
  return spread ? `${short(spread.median)} (${short(spread.lowest)} to ${short(spread.highest)})` : '';
}

/** Three significant digits, and whole numbers from a hundred on. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    lowest: sorted[0] ?? Number.NaN,
    highest: sorted.at(-1) ?? Number.NaN,
  };
}
