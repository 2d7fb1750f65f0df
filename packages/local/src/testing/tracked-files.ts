import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository.ts';

/** The files of the repository, as Git would take them: committed and new ones, nothing ignored, by path from its root. */
export function trackedFiles(...folders: string[]): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...folders], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(repositoryRoot, file)));
}

export function readTracked(file: string): string {
  return readFileSync(join(repositoryRoot, file), 'utf8');
}
