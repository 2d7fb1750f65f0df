import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault, reasonOf } from '../fault.ts';
import { repositoryRoot } from '../repository.ts';

/** Set, it tells tests that the services they start as processes have been bundled for them (`startOf` in the runtime's `testing`). */
const BUNDLED = 'POSTERN_TEST_BUNDLED';
const CONFIG = 'services/bundling/tests.config.ts';

/**
 * Makes one file of each service: tests start them hundreds of times, and half of such a start is looking for a thousand files.
 *
 * @returns what the tests' environment has to have
 * @throws Fault with what keeps a service from being bundled, such as an import of what is not there
 */
export async function bundleServices(): Promise<NodeJS.ProcessEnv> {
  const rolldown = join(repositoryRoot, 'node_modules/rolldown/bin/cli.mjs');
  try {
    await promisify(execFile)(process.execPath, [rolldown, '-c', CONFIG], { cwd: repositoryRoot });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Fault(`No file can be made of a service, which tests would start:\n${stderr || reasonOf(error)}`);
  }
  return { [BUNDLED]: 'yes' };
}
