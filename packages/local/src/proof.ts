import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';

/** Runs the experiments of `packages/proof` with the Node.js of this process; the arguments are theirs. */
export async function proof(args: readonly string[]): Promise<number> {
  return runChild(process.execPath, [join(repositoryRoot, 'packages/proof/src/main.ts'), ...args], {
    cwd: repositoryRoot,
  });
}
