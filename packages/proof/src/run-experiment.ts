import { loadavg } from 'node:os';
import type { Context, Experiment, Finding } from './experiment.ts';
import { SeededRandom } from './seeded-random.ts';

export interface Row extends Finding {
  name: string;
  seed: number;
  runs: number;
  short: boolean;
  /** When it began, in ISO 8601. */
  began: string;
  /** Processes that wanted to run in the minute before it began: what else the machine did. */
  load: number;
  seconds: number;
  /** The bug that the services had. */
  plant?: string;
}

/** Runs one experiment; what it throws is a violation like any other. */
export async function runExperiment(
  experiment: Experiment,
  {
    runs,
    isShort,
    seed,
    report,
    plant,
  }: Pick<Context, 'runs' | 'isShort' | 'report'> & { seed: number; plant?: string | undefined },
): Promise<Row> {
  const from = performance.now();
  const [began, load] = [new Date().toISOString(), Number(loadavg()[0]?.toFixed(1))];
  const finding = await experiment
    .run({ runs, isShort, random: new SeededRandom(seed), plant, report })
    .catch((error: unknown): Finding => ({ figures: {}, violations: [`it broke off: ${error}`], missed: [] }));
  const seconds = Math.round((performance.now() - from) / 1_000);
  const { name } = experiment;
  return { name, seed, runs, short: isShort, began, load, seconds, ...(plant !== undefined && { plant }), ...finding };
}

/** Whether everything promised was kept; targets of time count for the long form alone. */
export function held({ violations, missed, short }: Row): boolean {
  return violations.length === 0 && (short || missed.length === 0);
}
