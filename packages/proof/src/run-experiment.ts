import type { Context, Experiment, Finding } from './experiment.ts';
import { SeededRandom } from './seeded-random.ts';

export interface Row extends Finding {
  name: string;
  seed: number;
  runs: number;
  seconds: number;
}

/** Runs one experiment; what it throws is a violation like any other. */
export async function runExperiment(
  experiment: Experiment,
  { runs, seed, report, plant }: { runs: number; seed: number; report: Context['report']; plant?: string | undefined },
): Promise<Row> {
  const began = performance.now();
  const finding = await experiment
    .run({ runs, random: new SeededRandom(seed), plant, report })
    .catch((error: unknown): Finding => ({ figures: {}, violations: [`it broke off: ${error}`], missed: [] }));
  return { name: experiment.name, seed, runs, seconds: Math.round((performance.now() - began) / 1_000), ...finding };
}
