import { reasonOf } from '../fault.ts';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import type { ServiceName } from './playground.ts';
import { watchEnvFiles } from './watched-env-files.ts';
import { WatchedSources } from './watched-sources.ts';

/** How the services of a playground are stopped and started. */
interface Restarts {
  stop(name: ServiceName): Promise<void>;
  /** `migrate` where its schema may have changed. @throws Fault when the service does not start */
  start(name: ServiceName, options: { migrate: boolean }): Promise<void>;
}

/**
 * Restarts services when their sources change, one change after the other. Of variables that change it only says that they count from
 * the next start: they decide about ports and parts, too, and the shell's come before them.
 */
export class HotReload {
  readonly #terminal: Terminal;
  readonly #restarts: Restarts;
  readonly #sources: WatchedSources;
  readonly #endEnvFiles: () => void;
  #last: Promise<void> = Promise.resolve();

  constructor(names: readonly ServiceName[], terminal: Terminal, restarts: Restarts, root = repositoryRoot) {
    this.#terminal = terminal;
    this.#restarts = restarts;
    this.#sources = new WatchedSources(root, names, (changed, files) => {
      const migrate = files.some((file) => /\/migrations\/|^packages\/durable\//.test(file));
      const others = files.length > 1 ? ` and ${files.length - 1} more` : '';
      this.#last = this.#last.then(async () => {
        terminal.line(terminal.dim(`  ↻ ${files[0]}${others}`));
        await Promise.all(changed.map((name) => this.#restart(name, migrate)));
      });
    });
    this.#endEnvFiles = watchEnvFiles(root, (file) => {
      terminal.line(`  ${file} has changed: stop this (Ctrl-C) and start it again, what runs has the old variables.`);
    });
  }

  /** Resolves when no restart is under way any more. */
  async close(): Promise<void> {
    this.#sources.close();
    this.#endEnvFiles();
    await this.#last;
  }

  async #restart(name: ServiceName, migrate: boolean): Promise<void> {
    try {
      await this.#restarts.stop(name);
      await this.#restarts.start(name, { migrate });
    } catch (error) {
      // Mostly an error in the source that was just saved: the next save may correct it.
      this.#terminal.error(`${reasonOf(error)} Waiting for a change.`);
    }
  }
}
