import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, type PlaygroundState } from '../src/playground/home.ts';
import { freePorts } from '../src/playground/options.ts';
import { binary, temporaryHome } from './run-start.ts';

/**
 * The processes that `npx -y pnpm@12 start` makes: npx, its shell, pnpm, its shell, Node.js. Shells stand in for the package
 * managers, under their names; `:` keeps a shell from becoming the command that it runs.
 */
function startThroughNpx(home: string) {
  const script = (name: string, command: string) => {
    writeFileSync(join(home, name), `${command}\n:\n`);
    return join(home, name);
  };
  const pnpm = join(home, 'pnpm');
  symlinkSync('/bin/sh', pnpm);
  const ofPnpm = script('of-pnpm.sh', `'${process.execPath}' '${binary}' start > '${home}/said.log'`);
  const asPnpm = script('as-pnpm.sh', `echo $$ > '${home}/pnpm.pid'; sh '${ofPnpm}'`);
  const ofNpx = script('of-npx.sh', `'${pnpm}' '${asPnpm}'`);
  const env = { ...process.env, ...freePorts, POSTERN_HOME: home, npm_lifecycle_event: 'start' };
  return spawn('sh', ['-c', `sh '${ofNpx}'; :`], { argv0: 'npm exec pnpm@12 start', env, stdio: 'ignore' });
}

test.each(['npx', 'pnpm'])(
  'a playground stops, and says why, when %s is ended and passes nothing on',
  async (which) => {
    using home = temporaryHome();
    const npx = startThroughNpx(home.path);
    const state = (): PlaygroundState | undefined => {
      try {
        return JSON.parse(readFileSync(join(home.path, 'playground.json'), 'utf8'));
      } catch {
        return undefined;
      }
    };
    await expect.poll(() => state()?.services.gateway).toBeDefined();
    const { pid, services } = state() as PlaygroundState;
    const ended = once(npx, 'exit');
    process.kill(which === 'npx' ? (npx.pid as number) : Number(readFileSync(join(home.path, 'pnpm.pid'))), 'SIGTERM');
    await ended;
    await expect.poll(() => [pid, ...Object.values(services)].filter(isAlive)).toEqual([]);
    expect(state()).toBeUndefined();
    // npx is npm by another name.
    const ender = which === 'npx' ? 'npm' : which;
    expect(readFileSync(join(home.path, 'said.log'), 'utf8')).toContain(
      `${ender} has ended, and nothing else would stop this.`,
    );
  },
  240_000,
);
