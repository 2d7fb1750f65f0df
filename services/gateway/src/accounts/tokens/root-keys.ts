import { randomBytes } from 'node:crypto';
import { ConfigError, type Database, type SecretRing } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from './root-key.ts';
import type { SecretBox } from './secret-box.ts';

const KEY_BYTES = 32;
export const ROOT_PURPOSE = 'root-key';
/** There is one; a table of more would need to say which counts. */
export const ROOT_ID = 1;

/** The root key as the database keeps it, sealed. */
export class RootKeys {
  readonly #database: Database;
  readonly #box: SecretBox;
  readonly #root: RootKey;
  readonly #ring: SecretRing;

  constructor(database: Database, box: SecretBox, { root, env }: AccountsConfig) {
    this.#database = database;
    this.#box = box;
    this.#root = root;
    this.#ring = env.KEY_ENCRYPTION_KEY;
  }

  /**
   * Reads the root key, and makes it when there is none: of replicas that start at once, one makes it for all.
   *
   * @throws ConfigError when KEY_ENCRYPTION_KEY does not open it
   */
  async load(): Promise<void> {
    const sealed = (await this.#find()) ?? (await this.#make());
    try {
      this.#root.set(this.#box.open(ROOT_PURPOSE, String(ROOT_ID), sealed));
    } catch {
      throw new ConfigError([
        'KEY_ENCRYPTION_KEY: it does not open the root key in the database; give this process the one that sealed it',
      ]);
    }
  }

  async #find(): Promise<Buffer | undefined> {
    const row: { sealed: Buffer } | undefined = await this.#database
      .sql('root_keys')
      .where({ id: ROOT_ID })
      .first('sealed');
    return row?.sealed;
  }

  async #make(): Promise<Buffer> {
    // Before there was a root key, tokens were derived from KEY_ENCRYPTION_KEY: who was signed in then stays so.
    const isOld = (await this.#database.sql('signing_keys').first('kid')) !== undefined;
    const bytes = isOld ? (this.#ring.all.at(-1)?.bytes as Buffer) : randomBytes(KEY_BYTES);
    await this.#database
      .sql('root_keys')
      .insert({ id: ROOT_ID, sealed: this.#box.seal(ROOT_PURPOSE, String(ROOT_ID), bytes) })
      .onConflict('id')
      .ignore();
    return (await this.#find()) as Buffer;
  }
}
