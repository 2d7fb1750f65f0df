import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  Columns,
  column,
  type Database,
  errorMessage,
  type Logger,
  RecurringWarnings,
  type Sql,
} from '@postern/runtime';
import { type Along, type SigningKey, SigningKeyStore } from './signing-key-store.ts';

const keys = new Columns<Omit<SigningKey, 'publicKey'>>({
  kid: column.value('kid'),
  publicJwk: { name: 'public_jwk', read: (stored) => JSON.parse(String(stored)), store: JSON.stringify },
  sealedPrivateKey: column.value('private_key'),
  createdAt: column.time('created_at'),
  signsFrom: column.time('signs_from'),
  acceptedUntil: column.timeOrNull('accepted_until'),
});

export class SqlSigningKeyStore extends SigningKeyStore {
  readonly #database: Database;
  readonly #warnings: RecurringWarnings;
  /** By the text that they were read from: making one at each read would cost more than the statement. */
  #publicKeys = new Map<string, KeyObject>();

  constructor(database: Database, logger: Logger) {
    super();
    this.#database = database;
    this.#warnings = new RecurringWarnings({ logger, clock: database.clock });
  }

  /** Without those that cannot be read, which are warned of: their tokens are refused, and others go on signing. */
  override async accepted(now: Date): Promise<SigningKey[]> {
    const rows = await this.#database
      .sql('signing_keys')
      .where((any) => any.whereNull('accepted_until').orWhere('accepted_until', '>', now))
      .orderBy([
        { column: 'signs_from', order: 'desc' },
        { column: 'kid', order: 'desc' },
      ]);
    const read = rows.flatMap((row) => this.#read(row) ?? []);
    this.#publicKeys = new Map(read.map(({ publicJwk, publicKey }) => [JSON.stringify(publicJwk), publicKey]));
    return read;
  }

  #read(row: { kid: string }): SigningKey | undefined {
    try {
      const key = keys.read(row);
      const publicKey =
        this.#publicKeys.get(JSON.stringify(key.publicJwk)) ??
        createPublicKey({ key: key.publicJwk as Record<string, string>, format: 'jwk' });
      return { ...key, publicKey };
    } catch (error) {
      const fields = { kid: row.kid, reason: errorMessage(error) };
      this.#warnings.warn(row.kid, 'a signing key in the database cannot be read: its tokens are refused', fields);
      return undefined;
    }
  }

  override async addFirst(key: SigningKey): Promise<void> {
    await this.#database.transaction(async (tx) => {
      // A row that every system has is their lock; on SQLite whoever comes second begins again.
      if (tx.dialect === 'mysql') await tx.sql('root_keys').forUpdate().select('id');
      if (!(await tx.sql('signing_keys').whereNull('accepted_until').first('kid'))) await insert(tx, key);
    });
  }

  override async succeed(key: SigningKey, othersAcceptedUntil: Date, along: Along): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.sql('signing_keys').whereNull('accepted_until').update({ accepted_until: othersAcceptedUntil });
      await insert(tx, key);
      await along(tx);
    });
  }

  override async revoke(kid: string, now: Date, successor: SigningKey | undefined, along: Along): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.sql('signing_keys').where({ kid }).update({ accepted_until: now });
      if (successor) await insert(tx, successor);
      await along(tx);
    });
  }

  override async deleteOld(before: Date): Promise<void> {
    await this.#database.sql('signing_keys').where('accepted_until', '<', before).delete();
  }
}

async function insert({ sql }: Sql, key: SigningKey): Promise<void> {
  await sql('signing_keys').insert(keys.store(key));
}
