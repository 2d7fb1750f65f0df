import { Fault } from './fault.ts';
import { printBanner } from './playground/banner.ts';
import { type PlaygroundFlags, readOptions } from './playground/options.ts';
import { Playground } from './playground/playground.ts';
import { watchEnvFiles } from './playground/watched-env-files.ts';
import { withEnvFiles } from './read-env-files.ts';
import { repositoryRoot, serviceMains } from './repository.ts';
import { onStopSignals } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

/** Runs the playground until it is stopped. Returns the exit code: 0 after Ctrl-C or SIGTERM, 1 when a service died. */
export async function start(flags: PlaygroundFlags, terminal: Terminal, env = process.env): Promise<number> {
  return (await new PlaygroundRun(terminal, env).run(flags, env)) ?? 0;
}

/**
 * As `start`, for work on the sources: all starts anew when `.env` or `.env.local` is saved, as they decide about ports and parts, too.
 *
 * @param shell what is set before these files
 * @param root where they are
 */
export async function dev(
  { fresh, ...flags }: PlaygroundFlags,
  terminal: Terminal,
  shell: NodeJS.ProcessEnv = process.env,
  root = repositoryRoot,
): Promise<number> {
  const playgrounds = new PlaygroundRun(terminal, shell);
  let changed = Promise.withResolvers<string>();
  const end = watchEnvFiles(root, (file) => changed.resolve(file));
  try {
    for (let first = true; ; first = false) {
      changed = Promise.withResolvers();
      try {
        const own = { ...flags, watch: true, fresh: first && fresh === true };
        const code = await playgrounds.run(own, withEnvFiles(root, shell), changed.promise);
        if (code !== undefined) return code;
      } catch (error) {
        if (first || !(error instanceof Fault)) throw error;
        terminal.error(`${error.message} Waiting for a change of the variables.`);
        const ended = await Promise.race([changed.promise, playgrounds.stopped]);
        if (typeof ended === 'number') return ended;
      }
      terminal.line(`  ↻ ${await changed.promise}: all starts anew with these variables`);
    }
  } finally {
    end();
  }
}

/** Runs a playground, or several one after the other, until this process is asked to stop. */
class PlaygroundRun {
  readonly #terminal: Terminal;
  readonly #stopped = Promise.withResolvers<number>();
  #playground: Playground | undefined;
  #asked = false;

  constructor(terminal: Terminal, env: NodeJS.ProcessEnv) {
    this.#terminal = terminal;
    const kill = () => {
      this.#playground?.kill();
      process.exit(1);
    };
    onStopSignals((ended) => this.#stop(ended), kill, env);
  }

  /** Resolves with 0 once it was asked to stop, and has. */
  get stopped(): Promise<number> {
    return this.#stopped.promise;
  }

  /**
   * @param changed ends it as well
   * @returns the exit code: 0 once it was asked to stop, 1 when a service died; undefined once something has changed
   * @throws Fault when it does not start
   */
  async run(flags: PlaygroundFlags, env: NodeJS.ProcessEnv, changed?: Promise<string>): Promise<number | undefined> {
    const began = performance.now();
    const options = readOptions(flags, env, repositoryRoot);
    const playground = new Playground(options, { terminal: this.#terminal, env, mains: serviceMains });
    this.#playground = playground;
    const { bold, dim } = this.#terminal;
    this.#terminal.line(`${bold('Starting Postern')} ${dim(`state in ${options.home}`)}`);
    try {
      await playground.start();
    } catch (error) {
      // Stopped by the person while it was starting: what broke is only the consequence.
      if (this.#asked) return this.stopped;
      throw error;
    }
    if (this.#asked) return this.stopped;
    printBanner(this.#terminal, playground.state, performance.now() - began);
    process.send?.({ ready: true, state: playground.state });
    const end = await Promise.race([playground.death, this.stopped, ...(changed ? [changed] : [])]);
    if (typeof end === 'number') return end;
    if (end instanceof Fault) this.#terminal.error(end.message);
    await playground.stop();
    if (this.#asked) return this.stopped;
    return end instanceof Fault ? 1 : undefined;
  }

  #stop(ended: string | undefined): void {
    this.#asked = true;
    this.#terminal.line();
    if (ended !== undefined) this.#terminal.error(`${ended} has ended, and nothing else would stop this.`);
    this.#terminal.line(this.#terminal.dim('Stopping … (Ctrl-C again kills)'));
    void Promise.resolve(this.#playground?.stop()).then(() => this.#stopped.resolve(0), this.#stopped.reject);
  }
}
