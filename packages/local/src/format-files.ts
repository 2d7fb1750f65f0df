import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';

/** Formats files and sorts their imports, as `pnpm format` does. @throws Error with what Biome says */
export function formatFiles(files: readonly string[], root: string): void {
  const biome = join(repositoryRoot, 'node_modules/@biomejs/biome/bin/biome');
  const options = ['--write', '--linter-enabled=false', '--vcs-enabled=false'];
  if (files.length === 0) return;
  execFileSync(process.execPath, [biome, 'check', ...options, ...files], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
