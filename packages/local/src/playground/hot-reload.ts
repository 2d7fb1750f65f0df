import { reasonOf } from '../fault.ts';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import type { ServiceName } from './playground.ts';
import { WatchedSources } from './watched-sources.ts';

/** How the services of a playground are stopped and started. */
export interface Restarts {
  stop(name: ServiceName): Promise<void>;
  /** `migrate` where its schema may have changed. @throws Fault when the service does not start */
  start(name: ServiceName, options: { migrate: boolean }): Promise<void>;
}

/** Restarts services when their sources change, one change after the other. */
export class HotReload {
  readonly #terminal: Terminal;
  readonly #restarts: Restarts;
  readonly #sources: WatchedSources;
  #last: Promise<void> = Promise.resolve();

  constructor(names: readonly ServiceName[], terminal: Terminal, restarts: Restarts, root = repositoryRoot) {
    this.#terminal = terminal;
    this.#restarts = restarts;
    this.#sources = new WatchedSources(root, names, (changed, file) => {
      this.#last = this.#last.then(async () => {
        terminal.line(terminal.dim(`  ↻ ${file}`));
        await Promise.all(changed.map((name) => this.#restart(name, /\/migrations\/|^packages\/durable\//.test(file))));
      });
    });
  }

  /** Resolves when no restart is under way any more. */
  async close(): Promise<void> {
    this.#sources.close();
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
