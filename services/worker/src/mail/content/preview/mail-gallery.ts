import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PreviewedMail } from './render-all.ts';

/** The mails, and the texts that they are written in. Asked for when it is used: a bundle has no such package to resolve. */
const sourceFolders = () => [
  join(import.meta.dirname, '..'),
  dirname(fileURLToPath(import.meta.resolve('@postern/locales'))),
];
/** Editors write a file in several steps: changes this close together, in milliseconds, are one. */
const QUIET_MS = 50;

/** What changed: the mails, or the page that shows them. */
type Change = 'changed' | 'page';

/** The mails as the files of src/mail/content and packages/locales say them now. */
export class MailGallery {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #watchers: readonly FSWatcher[];
  #state: Promise<readonly PreviewedMail[]>;
  #quiet: NodeJS.Timeout | undefined;
  #change: Change = 'changed';

  /** @param folders what is watched for changes */
  constructor(folders: readonly string[] = sourceFolders()) {
    this.#state = renderInThread();
    const changed = (_event: unknown, file: string | null) => {
      if (file === null || !/\.(ts|js|css|html)$/.test(file)) return;
      if (!file.endsWith('.ts')) this.#change = 'page';
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => this.#reload(), QUIET_MS);
    };
    this.#watchers = folders.map((folder) => watch(folder, { recursive: true }, changed));
  }

  /** @throws the error that keeps the mails from loading, such as a syntax error in one of them */
  mails(): Promise<readonly PreviewedMail[]> {
    return this.#state;
  }

  /** Calls back after each change, when the mails are rendered again or have failed to. Returns how to stop it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#quiet);
    for (const watcher of this.#watchers) watcher.close();
    this.#listeners.clear();
  }

  #reload(): void {
    const next = renderInThread();
    this.#state = next;
    const notify = () => {
      if (this.#state !== next) return;
      const change = this.#change;
      this.#change = 'changed';
      for (const listener of this.#listeners) listener(change);
    };
    next.then(notify, notify);
  }
}

function renderInThread(): Promise<readonly PreviewedMail[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly PreviewedMail[]>();
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the mails were not rendered: the thread ended with ${code}`)));
  // Whoever asks for the mails gets the error; nobody may have asked yet.
  promise.catch(() => {});
  return promise;
}
