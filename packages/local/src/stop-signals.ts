import { onOrphaned } from './orphan.ts';

/** Signals closer together than this are one wish to stop. */
const sameSignalMs = 300;

/**
 * Listens to every way in which this process is asked to stop: Ctrl-C, SIGTERM, a terminal that was closed, the end of the
 * process that started it (a test) or of the package manager that runs it.
 *
 * @param stop called once, at the first wish
 * @param again called when somebody insists
 */
export function onStopSignals(stop: () => void, again: () => void, env: NodeJS.ProcessEnv): void {
  let asked = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (asked > 0) {
      // One Ctrl-C arrives twice when npx or pnpm passes on what the terminal sends to all of them, and is followed by
      // SIGHUP when they end before this process.
      if (name !== 'SIGHUP' && performance.now() - asked >= sameSignalMs) again();
      return;
    }
    asked = performance.now();
    stop();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  process.once('disconnect', () => onSignal('SIGHUP'));
  onOrphaned(() => onSignal('SIGHUP'), env);
}
