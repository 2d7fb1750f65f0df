import { printBanner } from './playground/banner.ts';
import { type PlaygroundFlags, readOptions } from './playground/options.ts';
import { Playground } from './playground/playground.ts';
import { repositoryRoot, serviceMains } from './repository.ts';
import { onStopSignals } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs the playground until it is stopped. Returns the exit code: 0 after Ctrl-C or SIGTERM, 1 when a service died.
 */
export async function start(flags: PlaygroundFlags, terminal: Terminal, env = process.env): Promise<number> {
  const began = performance.now();
  const options = readOptions(flags, env, repositoryRoot);
  const playground = new Playground(options, { terminal, env, mains: serviceMains });
  const stopped = Promise.withResolvers<number>();
  let asked = false;
  onStopSignals(
    () => {
      asked = true;
      terminal.line();
      terminal.line(terminal.dim('Stopping … (Ctrl-C again kills)'));
      void playground.stop().then(() => stopped.resolve(0), stopped.reject);
    },
    () => {
      playground.kill();
      process.exit(1);
    },
    env,
  );
  terminal.line(`${terminal.bold('Starting Postern')} ${terminal.dim(`state in ${options.home}`)}`);
  try {
    await playground.start();
  } catch (error) {
    // Stopped by the person while it was starting: what broke is only the consequence.
    if (asked) return stopped.promise;
    throw error;
  }
  if (asked) return stopped.promise;
  printBanner(terminal, playground.state, performance.now() - began);
  process.send?.({ ready: true, state: playground.state });
  const death = await Promise.race([playground.death, stopped.promise]);
  if (typeof death === 'number') return death;
  terminal.error(death.message);
  await playground.stop();
  return asked ? stopped.promise : 1;
}
