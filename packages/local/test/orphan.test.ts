import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, type PlaygroundState } from '../src/playground/home.ts';
import { binary, freePorts, temporaryHome } from './run-start.ts';

test('a playground stops when the package manager that runs it is killed', async () => {
  using home = temporaryHome();
  const env = { ...process.env, ...freePorts, POSTERN_HOME: home.path, npm_lifecycle_event: 'start' };
  // A shell stands between, as it does for a script of package.json; `:` keeps it from becoming the command itself.
  const shell = spawn('sh', ['-c', `'${process.execPath}' '${binary}' start; :`], { env, stdio: 'ignore' });
  const state = (): PlaygroundState | undefined => {
    try {
      return JSON.parse(readFileSync(join(home.path, 'playground.json'), 'utf8'));
    } catch {
      return undefined;
    }
  };
  await expect.poll(state, { timeout: 60_000 }).toBeDefined();
  const pid = state()?.pid as number;
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
  expect(state()).toBeUndefined();
}, 180_000);
