import { type Ancestor, lineage, lookUp } from './lineage.ts';
import { isAlive } from './playground/home.ts';

const WATCH_MS = 500;

/**
 * Calls back when one of the package managers that run this script, or a shell between them, has ended: it took the signal
 * for itself, and nobody is left who could pass it on. npx's shell dies of a SIGTERM and pnpm below it never hears of it. A
 * process that somebody started without a package manager may well outlive its parent (nohup), and is left alone.
 */
export function onOrphaned(callback: () => void, env: NodeJS.ProcessEnv): void {
  if (env.npm_lifecycle_event === undefined) return;
  const ancestors = lineage();
  const tooLate = npxHasEnded(ancestors, env);
  const timer = setInterval(() => {
    if (!tooLate && process.ppid === ancestors[0]?.pid && !ancestors.some(hasEnded)) return;
    clearInterval(timer);
    callback();
  }, WATCH_MS);
  timer.unref();
}

/** A parent that has ended may stay in the system's list until it is reaped, so its child is asked whose it is now. */
function hasEnded({ pid, parent }: Ancestor): boolean {
  if (!isAlive(pid)) return true;
  return process.platform === 'linux' && parent !== 0 && lookUp(pid)?.parent !== parent;
}

/**
 * Whether npx was ended before this process could look: the pnpm above it, out of npx's own folder, says that it was there.
 * A script that something else runs, a test say, has inherited the variable and no pnpm right above it.
 */
export function npxHasEnded(ancestors: readonly Ancestor[], env: NodeJS.ProcessEnv): boolean {
  if (!/[\\/]_npx[\\/]/.test(env.npm_execpath ?? '')) return false;
  const managers = ancestors.map(({ manager }) => manager).filter((it) => it !== undefined);
  return managers.length > 0 && !managers.some((it) => it === 'npm' || it === 'npx');
}
