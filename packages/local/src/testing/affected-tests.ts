import { dirname, join } from 'node:path';
import { LONGEST } from './longest-first.ts';

const OVER_PORTS = /^(packages|services)\/[^/]+\/test\/.*\.test\.ts$/;

/**
 * The tests over real ports for a quick look after a change: those that changed, and those that import by themselves what changed,
 * but for the longest. Through the container each would import everything, so whatever is further away is left to the whole run.
 *
 * @param changed paths from the root
 * @param files every file of the repository
 */
export function affectedTests(
  changed: readonly string[],
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const different = new Set(changed);
  const importsOf = (test: string) =>
    [...read(test).matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => join(dirname(test), path));
  return files
    .filter((file) => OVER_PORTS.test(file))
    .filter(
      (test) => different.has(test) || (!LONGEST.includes(test) && importsOf(test).some((file) => different.has(file))),
    );
}
