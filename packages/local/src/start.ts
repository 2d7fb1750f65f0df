import { onOrphaned } from './orphan.ts';
import { printBanner } from './playground/banner.ts';
import { readOptions, startHelp } from './playground/options.ts';
import { Playground } from './playground/playground.ts';
import { repositoryRoot, serviceMains } from './repository.ts';
import type { Terminal } from './terminal.ts';

/** Signals closer together than this are one wish to stop. */
const sameSignalMs = 300;

/**
 * Runs the playground until it is stopped. Returns the exit code: 0 after Ctrl-C or SIGTERM, 1 when a service died.
 */
export async function start(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.line(startHelp);
    return 0;
  }
  const began = performance.now();
  const options = readOptions(args, env, repositoryRoot);
  const playground = new Playground(options, { terminal, env, mains: serviceMains });
  const stopped = Promise.withResolvers<number>();
  let asked = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (asked > 0) {
      // One Ctrl-C arrives twice when npx or pnpm passes on what the terminal sends to all of them, and is followed by
      // SIGHUP when they end before this process.
      if (name === 'SIGHUP' || performance.now() - asked < sameSignalMs) return;
      playground.kill();
      process.exit(1);
    }
    asked = performance.now();
    terminal.line();
    terminal.line(terminal.dim('Stopping … (Ctrl-C again kills)'));
    void playground.stop().then(() => stopped.resolve(0), stopped.reject);
  };
  // SIGHUP: the terminal window was closed.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // Started by another process (a test) that has gone.
  process.once('disconnect', () => onSignal('SIGHUP'));
  onOrphaned(() => onSignal('SIGHUP'), env);
  terminal.line(`${terminal.bold('Starting Postern')} ${terminal.dim(`state in ${options.home}`)}`);
  try {
    await playground.start();
  } catch (error) {
    // Stopped by the person while it was starting: what broke is only the consequence.
    if (asked > 0) return stopped.promise;
    throw error;
  }
  if (asked > 0) return stopped.promise;
  printBanner(terminal, playground.state, performance.now() - began);
  process.send?.({ ready: true, state: playground.state });
  const death = await Promise.race([playground.death, stopped.promise]);
  if (typeof death === 'number') return death;
  terminal.error(death.message);
  await playground.stop();
  return asked > 0 ? stopped.promise : 1;
}
