import { onOrphaned } from './orphan.ts';

/** Signals closer together than this are one wish to stop. */
const sameSignalMs = 300;

/**
 * Listens to every way in which this process is asked to stop: Ctrl-C, SIGTERM, a terminal that was closed, the end of the
 * process that started it (a test) or of the package manager that runs it.
 *
 * @param stop called once, at the first wish, with what has ended that would have passed another one on
 * @param again called when somebody insists
 */
export function onStopSignals(stop: (ended?: string) => void, again: () => void, env: NodeJS.ProcessEnv): void {
  let asked = 0;
  const onSignal = (name: NodeJS.Signals, ended?: string) => {
    if (asked > 0) {
      // One Ctrl-C arrives twice when npx or pnpm passes on what the terminal sends to all of them, and is followed by
      // SIGHUP when they end before this process.
      if (name !== 'SIGHUP' && performance.now() - asked >= sameSignalMs) again();
      return;
    }
    asked = performance.now();
    stop(ended);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => onSignal(name));
  process.once('disconnect', () => onSignal('SIGHUP'));
  onOrphaned((ended) => onSignal('SIGHUP', ended), env);
}
