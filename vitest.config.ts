import { defineConfig } from 'vitest/config';

/** `unit` runs beside the sources; `parts` goes over real ports and runs once embedded, once on real servers. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts'] } },
      {
        test: {
          name: 'parts',
          include: ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
