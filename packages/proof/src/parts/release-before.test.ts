import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { releaseBefore } from './release-before.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'postern-history-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const git = (...args: string[]) => execFileSync('git', args, { stdio: 'ignore' });

/** A repository of two commits, neither of which has recorded a release. */
function history(): string {
  const path = folder();
  git('init', path);
  for (const message of ['one', 'two'])
    git(
      ...['-C', path, '-c', 'user.name=proof', '-c', 'user.email=proof@proof.example'],
      ...['commit', '--allow-empty', '-m', message],
    );
  return path;
}

it('says that it needs the history where there is none, or where it is cut short', async () => {
  const bare = folder();
  await expect(releaseBefore(bare, bare)).rejects.toThrow(/history of this repository/);
  const short = join(folder(), 'short');
  git('clone', '--depth', '1', `file://${history()}`, short);
  await expect(releaseBefore(short, folder())).rejects.toMatchObject({
    cause: { message: 'the history is cut short' },
  });
});

it('says that no commit has recorded a release where none has', async () => {
  const refusal = { cause: { message: 'no commit has recorded a release' } };
  await expect(releaseBefore(history(), folder())).rejects.toMatchObject(refusal);
});
