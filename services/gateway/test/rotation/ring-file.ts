import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A ring of keys in a file, and the steps in which an operator rotates it: one bare key at first, which gets an id when a second one comes.
 * Readers see the old file or the new one, never a part.
 */
export class RingFile {
  readonly path: string;
  readonly #name: string;
  #keys: string[] = [];
  #made = 0;

  constructor(folder: string, name: string) {
    this.#name = name;
    this.path = join(folder, name);
    this.addLast();
  }

  /** The id of the key that writes. */
  get writing(): string {
    return (this.#keys[0] as string).split(':')[0] as string;
  }

  addLast(): void {
    this.#write([...this.#keys, `k${++this.#made}:${randomBytes(32).toString('base64')}`]);
  }

  putLastFirst(): void {
    this.#write([this.#keys.at(-1) as string, ...this.#keys.slice(0, -1)]);
  }

  leaveOldOut(): void {
    this.#write(this.#keys.slice(0, 1));
  }

  /** How the services are told of it. */
  get env(): Record<string, string> {
    return { [`${this.#name}_FILE`]: this.path };
  }

  #write(keys: string[]): void {
    this.#keys = keys;
    const text = this.#made === 1 ? keys.join().replace(/^\w+:/, '') : keys.join();
    writeFileSync(`${this.path}.new`, `${text}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
