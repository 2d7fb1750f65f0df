import { expect, test, vi } from 'vitest';
import { startOf } from './start-of.ts';

test('a service is started from its sources, or from the file that all tests are given', () => {
  vi.stubEnv('POSTERN_TEST_BUNDLED', undefined);
  expect(startOf('/services/gateway')).toEqual({ main: '/services/gateway/src/main.ts', execArgv: [] });
  vi.stubEnv('POSTERN_TEST_BUNDLED', 'yes');
  expect(startOf('/services/gateway')).toEqual({
    main: '/services/gateway/node_modules/.cache/main.mjs',
    execArgv: ['--enable-source-maps'],
  });
});
