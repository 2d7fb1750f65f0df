import type { SeededRandom } from './seeded-random.ts';

export interface Context {
  /** How often the experiment does what it is about. */
  runs: number;
  /** Whether it is the form that the tests run: what lasts for a while lasts seconds instead of minutes. */
  isShort: boolean;
  random: SeededRandom;
  /** A bug that the services have, to see whether the experiment notices; none as a rule. */
  plant: string | undefined;
  /** One line for whoever watches. */
  report(line: string): void;
}

/** What came of an experiment. */
export interface Finding {
  /** Counts and times, as the table prints them. */
  figures: Record<string, number | string>;
  /** Promises that were broken, in words: any of them fails the experiment wherever it runs. */
  violations: string[];
  /** Targets of time that were missed: they fail the long form, which asks for a quiet machine. */
  missed: string[];
}

export interface Experiment {
  /** For the command line: kebab-case. */
  name: string;
  /** What is done to the system, as a sentence. */
  what: string;
  /** What has to hold beside nothing lost, phantom, doubled or stuck. */
  passesWhen: string;
  runs: { short: number; long: number };
  /** About how long the long form takes on two cores that do nothing else, in minutes. */
  minutes: number;
  run(context: Context): Promise<Finding>;
}
