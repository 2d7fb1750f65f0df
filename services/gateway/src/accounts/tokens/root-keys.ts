import { randomBytes } from 'node:crypto';
import {
  type Clock,
  ConfigError,
  type Database,
  errorMessage,
  type Logger,
  RecurringWarnings,
  type Transaction,
} from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from '../root-key.ts';
import { SIGNING_KEY_PURPOSE } from './key-ring.ts';
import type { SecretBox } from './secret-box.ts';

const KEY_BYTES = 32;
/** As long as a revoked signing key may still be accepted. */
const REREAD_MS = 10_000;
export const ROOT_PURPOSE = 'root-key';
/** There is one; a table of more would need to say which counts. */
const ROOT_ID = 1;

/** The root key as the database keeps it, sealed. */
export class RootKeys {
  readonly #database: Database;
  readonly #box: SecretBox;
  readonly #root: RootKey;

  constructor(database: Database, box: SecretBox, { root }: Pick<AccountsConfig, 'root'>) {
    this.#database = database;
    this.#box = box;
    this.#root = root;
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

  /** Puts a new key in its place, for every process that reads it from then on. */
  async replace(tx: Transaction): Promise<void> {
    const sealed = this.#box.seal(ROOT_PURPOSE, String(ROOT_ID), randomBytes(KEY_BYTES));
    await tx.sql('root_keys').where({ id: ROOT_ID }).update({ sealed });
  }

  /**
   * Reads it again every ten seconds, so that one that was replaced is taken on while the process serves. While it cannot be read, the one at hand
   * goes on counting.
   *
   * @returns what ends it
   */
  follow(clock: Clock, logger: Logger): { stop(): Promise<void> } {
    const stopped = new AbortController();
    const warnings = new RecurringWarnings({ logger, clock });
    const look = async () => {
      const before = this.#root.bytes;
      try {
        await this.load();
        warnings.ended('root');
      } catch (error) {
        warnings.warn('root', 'the root key cannot be read again: the previous one stays in use', {
          reason: errorMessage(error),
        });
      }
      if (!before.equals(this.#root.bytes)) logger.warn('the root key was replaced: everybody signs in again');
    };
    const following = (async () => {
      while (!stopped.signal.aborted) {
        await clock.sleep(REREAD_MS, stopped.signal).then(look, () => undefined);
      }
    })();
    return {
      stop: () => {
        stopped.abort();
        return following;
      },
    };
  }

  async #find(): Promise<Buffer | undefined> {
    const row: { sealed: Buffer } | undefined = await this.#database
      .sql('root_keys')
      .where({ id: ROOT_ID })
      .first('sealed');
    return row?.sealed;
  }

  async #make(): Promise<Buffer> {
    const bytes = (await this.#rootFromBefore()) ?? randomBytes(KEY_BYTES);
    await this.#database
      .sql('root_keys')
      .insert({ id: ROOT_ID, sealed: this.#box.seal(ROOT_PURPOSE, String(ROOT_ID), bytes) })
      .onConflict('id')
      .ignore();
    return (await this.#find()) as Buffer;
  }

  /**
   * Before there was a root key, tokens were derived from KEY_ENCRYPTION_KEY, and signing keys did not name it: who was signed in then stays so.
   *
   * @throws ConfigError when it is not among the keys: a root key made in its place would stay, and sign everybody out
   */
  async #rootFromBefore(): Promise<Buffer | undefined> {
    const row: { kid: string; private_key: Buffer } | undefined = await this.#database
      .sql('signing_keys')
      .orderBy('created_at')
      .first('kid', 'private_key');
    if (!row) return undefined;
    const sealer = this.#box.sealerFromBefore(SIGNING_KEY_PURPOSE, row.kid, row.private_key);
    if (sealer) return sealer.bytes;
    try {
      this.#box.open(SIGNING_KEY_PURPOSE, row.kid, row.private_key);
      return undefined;
    } catch {
      throw new ConfigError([
        `KEY_ENCRYPTION_KEY: it does not open the signing key ${row.kid} in the database; give this process the one that sealed it`,
      ]);
    }
  }
}
