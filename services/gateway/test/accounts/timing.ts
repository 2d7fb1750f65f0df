import { type RankTest, rankTest } from './rank-test.ts';

/** Does one request and returns when it was answered. `index` is different each time. */
export type Probe = (index: number) => Promise<unknown>;

export interface TimingOptions {
  samples: number;
  /** When to stop with fewer samples, in milliseconds: on a busy machine each takes many times as long. */
  budgetMs: number;
  /** Requests before anything is timed, so that code is compiled and connections are open. */
  warmUp: number;
}

/** What a rank test needs to see a planted oracle. */
const MIN_SAMPLES = 40;

/**
 * Times two kinds of request in turn, one after the other, in an order that alternates: whatever else the machine does
 * meanwhile meets both. Times are in milliseconds.
 */
export async function compareTimings(first: Probe, second: Probe, options: TimingOptions): Promise<RankTest> {
  const { samples, warmUp, budgetMs } = options;
  const beganAt = performance.now();
  const times: [number[], number[]] = [[], []];
  for (let index = 0; index < warmUp + samples; index++) {
    if (index > warmUp + MIN_SAMPLES && performance.now() - beganAt > budgetMs) break;
    for (const which of index % 2 ? ([0, 1] as const) : ([1, 0] as const)) {
      const startedAt = performance.now();
      await (which === 0 ? first : second)(index);
      if (index >= warmUp) times[which].push(performance.now() - startedAt);
    }
  }
  return rankTest(times[0], times[1]);
}
