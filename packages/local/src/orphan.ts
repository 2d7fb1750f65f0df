const WATCH_MS = 500;

/**
 * Calls back when the package manager that runs this script has been killed: it took the signal for itself, and nobody is
 * left who could stop us. A process that somebody started without one may well outlive its parent (nohup), and is left alone.
 */
export function onOrphaned(callback: () => void, env: NodeJS.ProcessEnv): void {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, WATCH_MS);
  timer.unref();
}
