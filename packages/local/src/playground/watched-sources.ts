import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '../repository.ts';

/** What a service is made of, by path from the repository's root. */
const sources: Record<ServiceName, readonly string[]> = {
  gateway: ['services/gateway/src', 'services/gateway/migrations'],
  worker: ['services/worker/src', 'services/worker/migrations'],
};
const shared = ['events', 'locales', 'runtime', 'sqs', 'durable'].map((name) => `packages/${name}/src`);

/** Editors save in several steps, and a generator writes several files: what comes within this time is one change. */
const gatherMs = 80;

/** Reports which services saved files concern. Tests and what is not TypeScript restart nothing. */
export class WatchedSources {
  readonly #watchers: FSWatcher[];
  readonly #changed = new Set<ServiceName>();
  readonly #files = new Set<string>();
  readonly #onChange: (services: ServiceName[], files: string[]) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    root: string,
    services: readonly ServiceName[],
    onChange: (services: ServiceName[], files: string[]) => void,
  ) {
    this.#onChange = onChange;
    const folders: (readonly [string, readonly ServiceName[]])[] = [
      ...services.flatMap((name) => sources[name].map((folder) => [folder, [name]] as const)),
      ...shared.map((folder) => [folder, services] as const),
    ];
    this.#watchers = folders.map(([folder, concerned]) =>
      watch(join(root, folder), { recursive: true }, (_event, file) => this.#note(folder, concerned, file)),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #note(folder: string, concerned: readonly ServiceName[], file: string | null): void {
    if (file === null || !file.endsWith('.ts') || file.endsWith('.test.ts')) return;
    for (const name of concerned) this.#changed.add(name);
    this.#files.add(join(folder, file));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const [changed, files] = [[...this.#changed], [...this.#files]];
      this.#changed.clear();
      this.#files.clear();
      this.#onChange(changed, files);
    }, gatherMs);
  }
}
