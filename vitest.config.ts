import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What these files test is the same whatever database and queue there is: once is enough. */
const withoutRealParts = process.env.TEST_DATABASE_URL ? ['packages/local/test/!(main-job).test.ts'] : [];

// Tests start the services hundreds of times, and half of a start is compiling: Node.js keeps what it has compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

/** `unit` runs beside the sources; `parts` goes over real ports and runs once embedded, once on real servers. */
export default defineConfig({
  test: {
    // Tests in `parts` wait for other processes more than they compute, so two share a core well.
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts'],
          // A bound on what hangs, not a measure: beside other work a property test can wait seconds for a core.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'parts',
          include: ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          exclude: withoutRealParts,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
