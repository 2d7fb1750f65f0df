import { join } from 'node:path';

/** The variable by which tests hear that the services have been bundled for them. */
const BUNDLED = 'POSTERN_TEST_BUNDLED';
/** The bundle, in the folder of its service. Its stacks name the sources. */
export const BUNDLE = 'node_modules/.cache/main.mjs';
const SOURCE_MAPS = '--enable-source-maps';

/**
 * How a test starts a service as a process: its own `main.ts` or, where all tests run, the file that was made of it for them, which begins in half
 * the time.
 */
export function startOf(service: string): { main: string; execArgv: string[] } {
  if (!process.env[BUNDLED]) return { main: join(service, 'src/main.ts'), execArgv: [] };
  return { main: join(service, BUNDLE), execArgv: [SOURCE_MAPS] };
}

/** The environment of a program that starts services itself, for it to start them likewise. */
export function startsLikewise(): Record<string, string> {
  if (!process.env[BUNDLED]) return {};
  return { NODE_OPTIONS: `${SOURCE_MAPS} --import ${join(import.meta.dirname, 'bundled-mains.ts')}` };
}
