import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './packages/local/src/testing/longest-first.ts';
import { LEFT_OUT, ONLY } from './packages/local/src/testing/vitest-run.ts';

/** What these files test is the same whatever database and queue there is: once is enough. */
const withoutRealParts = process.env.TEST_DATABASE_URL
  ? [
      'packages/local/test/!(main-job).test.ts',
      ...['services/*/test/*-browser.test.ts', 'services/gateway/test/http-{docs,openapi}.test.ts'],
      'services/{aws,bundling,kubernetes,prometheus}/test/**',
    ]
  : [];

const only = process.env[ONLY]?.split(',');
const isUnit = (file: string) => /^[^/]+\/[^/]+\/src\//.test(file);
const leftOut = process.env[LEFT_OUT]?.split(',') ?? [];

// Tests start the services hundreds of times, and half of a start is compiling: Node.js keeps what it has compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

/** `unit` runs beside the sources; `parts` goes over real ports and runs once embedded, once on real servers. */
export default defineConfig({
  test: {
    // Tests in `parts` wait for other processes, leases and polls more than they compute.
    maxWorkers: availableParallelism() + 4,
    // Node.js runs the sources as they are, and keeps what it has compiled: Vite would transform and compile them for every worker.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Files share what they import, which took most of a run. What a test sets is its own: put back after it.
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    // Instead of the one second that a poll has by default. Like those below, a bound on what hangs and not a measure:
    // a machine that does other things as well holds a process up for many seconds, and nothing may fail by that.
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        test: {
          name: 'unit',
          include: only?.filter(isUnit) ?? ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // These compute, and a few wait for time to go by: one worker more is for those. Further ones would each load the sources, and take longer.
          maxWorkers: availableParallelism() + 1,
        },
      },
      {
        test: {
          name: 'parts',
          include: only?.filter((file) => !isUnit(file)) ?? [
            ...['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          ],
          exclude: [...withoutRealParts, ...leftOut],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Vitest wants files of other workers to have another turn.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
