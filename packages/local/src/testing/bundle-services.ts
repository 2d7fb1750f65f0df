import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault, reasonOf } from '../fault.ts';
import { repositoryRoot } from '../repository.ts';

/** Set, it tells tests that the services they start as processes have been bundled for them (`startOf` in the runtime's `testing`). */
const BUNDLED = 'POSTERN_TEST_BUNDLED';
const CONFIG = 'services/bundling/tests.config.ts';
/** What is made of each service, in its folder; the map first, since whoever loads the other reads it. */
const FILES = ['main.mjs.map', 'main.mjs'];

/**
 * Makes one file of each service: tests start them hundreds of times, and half of such a start is looking for a thousand files.
 *
 * @returns what the tests' environment has to have
 * @throws Fault with what keeps a service from being bundled, such as an import of what is not there
 */
export async function bundleServices(): Promise<NodeJS.ProcessEnv> {
  // Made beside it and moved over it: other runs may be starting services from it.
  const making = `node_modules/.cache-${process.pid}`;
  const rolldown = join(repositoryRoot, 'node_modules/rolldown/bin/cli.mjs');
  try {
    await promisify(execFile)(process.execPath, [rolldown, '-c', CONFIG], {
      ...{ cwd: repositoryRoot, env: { ...process.env, BUNDLE_FOLDER: making } },
    });
    for (const service of ['gateway', 'worker']) {
      const folder = join(repositoryRoot, 'services', service);
      await mkdir(join(folder, 'node_modules/.cache'), { recursive: true });
      for (const file of FILES) await rename(join(folder, making, file), join(folder, 'node_modules/.cache', file));
      await rm(join(folder, making), { recursive: true });
    }
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Fault(`No file can be made of a service, which tests would start:\n${stderr || reasonOf(error)}`);
  }
  return { [BUNDLED]: 'yes' };
}
