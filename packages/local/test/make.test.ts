import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { make } from '../src/postern/make.ts';
import { repositoryRoot } from '../src/repository.ts';
import { Terminal } from '../src/terminal.ts';

// Each test starts processes of its own, which a busy machine takes its time with.
vi.setConfig({ testTimeout: 240_000 });

const parts = ['packages/durable', 'packages/events', 'packages/runtime', 'packages/sqs', 'services/worker'];

/** The sources as they are, in a folder of their own, with the installed packages linked in. */
function copyOfSources(): { root: string } & Disposable {
  const root = mkdtempSync(join(tmpdir(), 'postern-make-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' });
  const files = git(
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    ...parts,
    'tsconfig.base.json',
    'biome.json',
  ).split('\n');
  for (const file of files.filter((it) => it && existsSync(join(repositoryRoot, it)))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(repositoryRoot, file), join(root, file));
  }
  for (const part of ['.', ...parts]) {
    symlinkSync(join(repositoryRoot, part, 'node_modules'), join(root, part, 'node_modules'));
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

test('what each generator writes fits the sources as they are: it compiles, is formatted and lints', () => {
  using copy = copyOfSources();
  const terminal = new Terminal({ write: () => true }, {});
  make('all', 'order.shipped', terminal, copy.root);
  make('event', 'order.shipped_late', terminal, copy.root);
  make('mail', 'order.shipped_back', terminal, copy.root);
  make('listener', 'order.shipped_late', terminal, copy.root);
  // Of this release: one with a person and a link, one with neither.
  make('listener', 'user.registered', terminal, copy.root);
  make('listener', 'mail.feedback_received', terminal, copy.root);
  for (const kind of ['event', 'mail', 'listener'] as const) make(kind, 'order.shipped_twice', terminal, copy.root);
  const ours = Object.fromEntries(
    ['events', 'queue', 'runtime'].map((name) => [`@postern/${name}`, [`./packages/${name}/src/index.ts`]]),
  );
  const config = {
    extends: './tsconfig.base.json',
    compilerOptions: { paths: ours },
    include: ['packages/events/src/catalog', 'services/worker/src/listeners', 'services/worker/src/mail/content/mails'],
    exclude: ['**/*.test.ts'],
  };
  writeFileSync(join(copy.root, 'tsconfig.json'), JSON.stringify(config));
  const run = (tool: string, ...args: string[]) => {
    try {
      execFileSync(join(repositoryRoot, 'node_modules/.bin', tool), args, {
        cwd: copy.root,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return '';
    } catch (error) {
      return String((error as { stdout?: string }).stdout ?? error);
    }
  };
  // The check of all types is another one's; here it is about what was written.
  const about = (text: string) =>
    text.split('\n').filter((line) => /order-?shipped|listeners\/on-|all\.ts|catalog\/index/i.test(line));
  expect(about(run('tsc', '-p', 'tsconfig.json'))).toEqual([]);
  const folders = [
    'packages/events/src/catalog',
    'services/worker/src/listeners',
    'services/worker/src/mail/content/mails',
  ];
  expect(run('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', ...folders)).toBe('');
});
