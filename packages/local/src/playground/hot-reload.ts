import { reasonOf } from '../fault.ts';
import { repositoryRoot, type ServiceName } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { Reloads, type Restarts } from './reloads.ts';
import { WatchedSources } from './watched-sources.ts';

/** Starts services, and starts them again when their sources change. */
export class HotReload {
  readonly #services: ReadonlyMap<ServiceName, Reloads>;
  readonly #sources: WatchedSources;

  constructor(
    names: readonly ServiceName[],
    terminal: Terminal,
    restartsOf: (name: ServiceName) => Restarts,
    root = repositoryRoot,
  ) {
    const onFault = (error: unknown) => terminal.error(`${reasonOf(error)} Waiting for a change.`);
    this.#services = new Map(names.map((name) => [name, new Reloads(restartsOf(name), onFault)]));
    this.#sources = new WatchedSources(root, names, (changed, files) => {
      const migrate = files.some((file) => /\/migrations\/|^packages\/durable\//.test(file));
      const others = files.length > 1 ? ` and ${files.length - 1} more` : '';
      terminal.line(terminal.dim(`  ↻ ${files[0]}${others}`));
      for (const name of changed) this.#services.get(name)?.change({ migrate });
    });
  }

  /** The first start, with all that is saved meanwhile. @throws Fault when a service does not start */
  async start(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.start()));
  }

  /** Starts nothing any more. */
  end(): void {
    this.#sources.close();
    for (const service of this.#services.values()) service.end();
  }

  /** Resolves when no restart is under way any more. */
  async close(): Promise<void> {
    this.end();
    await Promise.all([...this.#services.values()].map((service) => service.settled()));
  }
}
