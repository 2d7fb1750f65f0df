import { execFileSync } from 'node:child_process';
import { UsageError } from '@postern/runtime/light';
import { repositoryRoot } from '../repository.ts';

/**
 * The files of the working tree that are not as they were at a commit, new ones too, as paths from the root.
 *
 * @param reference a commit; by default where this branch left main
 * @throws UsageError where Git knows no such commit
 */
export function changedFiles(reference?: string): string[] {
  const since = git('merge-base', 'HEAD', reference ?? mainBranch())[0] ?? 'HEAD';
  return [...git('diff', '--name-only', since), ...git('ls-files', '--others', '--exclude-standard')];
}

/** A clone without a local main has that of its origin, and one without either has its last commit. */
function mainBranch(): string {
  const branches = ['refs/heads/main', 'refs/remotes/origin/main'];
  return git('for-each-ref', '--format=%(refname)', ...branches)[0] ?? 'HEAD';
}

function git(...args: string[]): string[] {
  try {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const output = execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8', stdio: [...stdio] });
    return output.split('\n').filter((line) => line !== '');
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new UsageError(`git ${args.join(' ')}: ${stderr.trim() || error}`);
  }
}
