import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** What a release records, and a later one is held against: a commit that changed it is one that was released. */
const RECORDS = ['packages/events/contracts', 'services/gateway/contracts'];
const SERVICES = ['@postern/gateway', '@postern/worker'];
const ARCHIVE_BYTES = 256 * 2 ** 20;

interface Release {
  commit: string;
  /** Where its sources are. */
  root: string;
}

/**
 * The newest release before today's, as it was: its sources from the repository's history, and what its own lockfile has of packages. pnpm takes
 * them out of its store, and from the registry what is not there.
 *
 * @throws Error where the repository has no history, or not all of it
 */
export async function releaseBefore(repository: string, folder: string): Promise<Release> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: repository })).stdout.trim();
  const commit = await lastRecorded(git).catch((error: unknown) => {
    throw new Error(
      'An upgrade needs the release before, which is in the history of this repository: use a clone that has it whole.',
      {
        cause: error,
      },
    );
  });
  const root = join(folder, 'release-before');
  await mkdir(root);
  const archive = join(folder, 'release-before.tar');
  const packed = { cwd: repository, encoding: 'buffer' as const, maxBuffer: ARCHIVE_BYTES };
  await writeFile(archive, (await run('git', ['archive', commit], packed)).stdout);
  await run('tar', ['-xf', archive, '-C', root]);
  await rm(archive);
  const wanted = SERVICES.flatMap((name) => ['--filter', `${name}...`]);
  await run('npx', ['-y', 'pnpm@12', 'install', '--prefer-offline', '--frozen-lockfile', '--prod', ...wanted], {
    cwd: root,
  });
  return { commit, root };
}

async function lastRecorded(git: (...args: string[]) => Promise<string>): Promise<string> {
  if ((await git('rev-parse', '--is-shallow-repository')) !== 'false') throw new Error('the history is cut short');
  const today = await git('rev-parse', 'HEAD');
  const commits = (await git('log', '--format=%H', '--', ...RECORDS)).split('\n');
  const before = commits.find((commit) => commit !== '' && commit !== today);
  if (before === undefined) throw new Error('no commit has recorded a release');
  return before;
}
