import { type Ancestor, lineage, lookUp } from './lineage.ts';
import { isAlive } from './playground/home.ts';

const WATCH_MS = 500;

/**
 * Calls back when one of the package managers that run this script, or a shell between them, has ended, with what it is: it took the
 * signal for itself, and nobody is left who could pass it on. npx's shell dies of a SIGTERM and pnpm below it never hears of it. A
 * process that somebody started without a package manager may well outlive its parent (nohup), and is left alone.
 */
export function onOrphaned(callback: (ended: string) => void, env: NodeJS.ProcessEnv): void {
  if (env.npm_lifecycle_event === undefined) return;
  const ancestors = lineage();
  const tooLate = npxHasEnded(ancestors, env) ? 'npx' : undefined;
  const timer = setInterval(() => {
    const ended = tooLate ?? endedOf(ancestors, process.ppid);
    if (ended === undefined) return;
    clearInterval(timer);
    callback(ended);
  }, WATCH_MS);
  timer.unref();
}

/**
 * Which of them has ended, as a person calls it. One that has may stay in the system's list until it is reaped, so what it ran is asked whose it
 * is now. What ran the uppermost is not asked for: it may be a shell that has left all of them behind, with `&`.
 */
export function endedOf(
  ancestors: readonly Ancestor[],
  parent: number,
  { alive = isAlive, look = lookUp }: { alive?: typeof isAlive; look?: typeof lookUp } = {},
): string | undefined {
  const ended = ancestors.find(({ pid }, index) => {
    const below = ancestors[index - 1];
    if (below === undefined) return parent !== pid || !alive(pid);
    return !alive(pid) || (process.platform === 'linux' && look(below.pid)?.parent !== pid);
  });
  return ended && (ended.manager ?? 'the shell that ran it');
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
