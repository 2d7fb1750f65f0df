import { join } from 'node:path';

/** The variable by which tests hear that the services have been bundled for them. */
const BUNDLED = 'POSTERN_TEST_BUNDLED';

/**
 * How a test starts a service as a process: its own `main.ts` or, where all tests run, the file that was made of it for them, which begins in half
 * the time. Its stacks name the sources.
 */
export function startOf(service: string): { main: string; execArgv: string[] } {
  if (!process.env[BUNDLED]) return { main: join(service, 'src/main.ts'), execArgv: [] };
  return { main: join(service, 'node_modules/.cache/main.js'), execArgv: ['--enable-source-maps'] };
}
