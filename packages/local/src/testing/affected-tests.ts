import { basename, dirname } from 'node:path';
import { LONGEST } from './longest-first.ts';
import { ModuleGraph, relativeImports } from './module-graph.ts';

const UNIT = /^(packages|services)\/[^/]+\/src\/.*\.test\.ts$/;
const OVER_PORTS = /^(packages|services)\/[^/]+\/test\/.*\.test\.ts$/;
/** What every test runs with. */
const COMMON = /^(pnpm-.*|vitest\.config\.ts|tsconfig\.json|(.*\/)?package\.json)$/;
/** A test that opens files may open any of the repository: documents, manifests, sources. */
const OPENS_FILES = /'node:fs(\/promises)?'|\/tracked-files\.ts'/;

/**
 * The tests for a quick look after a change. Of the unit tests: those that import what changed, however far away, and those that open
 * files, or are beside their snapshots; all of them where what changed is what every test runs with. Of the tests over real ports: those that changed, and those that
 * import by themselves what changed, but for the longest. Through the container each would import everything, so whatever is further away is left to the whole run.
 *
 * @param changed paths from the root
 * @param files every file of the repository
 */
export function affectedTests(
  changed: readonly string[],
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const all = changed.some((file) => COMMON.test(file));
  const reached = all ? new Set<string>() : new ModuleGraph(files, read).reachedFrom(changed);
  const snapshotsOf = new Set(changed.map(dirname).filter(isOfSnapshots).map(dirname));
  const different = new Set(changed);
  const isNear = (test: string) =>
    different.has(test) ||
    (!LONGEST.includes(test) && relativeImports(test, read(test)).some((file) => different.has(file)));
  return files.filter((file) => {
    if (UNIT.test(file)) {
      return all || reached.has(file) || snapshotsOf.has(dirname(file)) || OPENS_FILES.test(read(file));
    }
    return OVER_PORTS.test(file) && isNear(file);
  });
}

function isOfSnapshots(folder: string): boolean {
  return basename(folder) === '__snapshots__';
}
