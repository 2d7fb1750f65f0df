import { bytesToId, ConfigError, type Database, type SecretRing } from '@postern/runtime';
import { SIGNING_KEY_PURPOSE } from './key-ring.ts';
import { ROOT_PURPOSE } from './root-keys.ts';
import { SecretBox, sealedPrefix, TOTP_PURPOSE } from './secret-box.ts';

/** Rows read at once. */
const BATCH = 200;
/** Rows tried of those that name a key of the ring, for each. */
const SAMPLE = 20;

interface SealedColumn {
  table: string;
  key: string;
  column: string;
  purpose: string;
  /** What a row's secret was bound to when it was sealed. */
  ownerOf: (key: unknown) => string;
}

/** Every column that holds what `SecretBox` has sealed. A new one belongs in here: a key that is taken out would lose it. */
const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'root_keys', key: 'id', column: 'sealed', purpose: ROOT_PURPOSE, ownerOf: String },
  { table: 'signing_keys', key: 'kid', column: 'private_key', purpose: SIGNING_KEY_PURPOSE, ownerOf: String },
  {
    table: 'totp_secrets',
    key: 'user_id',
    column: 'secret',
    purpose: TOTP_PURPOSE,
    ownerOf: (key) => bytesToId(key as Buffer),
  },
];

/** How far a table has got. */
export interface Progress {
  table: string;
  /** Rows looked at so far. */
  done: number;
  of: number;
  /** Of those, sealed again. */
  resealed: number;
  /** Of those, ones that no key of the ring opens. */
  unreadable: number;
}

type Row = Record<string, unknown>;

/** Seals again, under the ring's writing key, whatever another key has sealed, while gateways go on serving. */
export class Resealing {
  readonly #database: Database;
  readonly #box: SecretBox;

  constructor(database: Database, box: SecretBox) {
    this.#database = database;
    this.#box = box;
  }

  /** How many values each key has sealed. Under `''`: those that name none, or none that the ring has. */
  async count(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const column of SEALED_COLUMNS) {
      for await (const rows of this.#pages(column)) {
        for (const row of rows) {
          const id = this.#box.keyIdOf(row[column.column] as Buffer) ?? '';
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }
    }
    return counts;
  }

  /**
   * Table by table, some hundred rows at a time. Broken off, it goes on where it was: what has the writing key is left alone.
   *
   * @param writing the id of the writing key
   * @param dryRun looks, and changes nothing
   */
  async *run(writing: string, { dryRun }: { dryRun: boolean }): AsyncGenerator<Progress> {
    for (const column of SEALED_COLUMNS) {
      const { table } = column;
      const [{ rows: of }] = (await this.#database.sql(table).count({ rows: '*' })) as [{ rows: number }];
      const progress = { table, done: 0, of: Number(of), resealed: 0, unreadable: 0 };
      for await (const rows of this.#pages(column)) {
        for (const row of rows) {
          progress.done++;
          if (this.#box.keyIdOf(row[column.column] as Buffer) === writing) continue;
          const outcome = await this.#reseal(column, row, dryRun);
          if (outcome !== 'gone') progress[outcome]++;
        }
        yield { ...progress };
      }
    }
  }

  /**
   * Looks whether a ring opens what is sealed. One statement a table finds what names none of its keys, of which some hundred are tried, and
   * another for each id a few of what names that: a key may have other bytes under an id that was there before, and the first rows may all be of another.
   *
   * @param before what this ring does not open either is not asked for: a damaged row must not keep anybody from rotating
   * @throws ConfigError that says what would be lost
   */
  async requireOpened(ring: SecretRing, before?: SecretRing): Promise<void> {
    const box = boxOf(ring);
    const boxBefore = before && boxOf(before);
    const problems: string[] = [];
    for (const { table, key, column, purpose, ownerOf } of SEALED_COLUMNS) {
      const others = this.#database.sql(table).limit(BATCH).select(key, column);
      const tried: Row[] = [];
      for (const id of ring.ids) {
        const prefix = sealedPrefix(id);
        others.whereRaw('substr(??, 1, ?) <> ?', [column, prefix.length, prefix]);
        const named = this.#database.sql(table).limit(SAMPLE).select(key, column);
        tried.push(...(await named.whereRaw('substr(??, 1, ?) = ?', [column, prefix.length, prefix])));
      }
      tried.push(...(await others));
      const isLost = (row: Row) => {
        const [owner, sealed] = [ownerOf(row[key]), row[column] as Buffer];
        return !opens(box, purpose, owner, sealed) && (!boxBefore || opens(boxBefore, purpose, owner, sealed));
      };
      if (!tried.some(isLost)) continue;
      problems.push(
        `KEY_ENCRYPTION_KEY: it does not open what ${table} holds; put the key back that sealed it, and run \`keys re-encrypt\``,
      );
    }
    if (problems.length > 0) throw new ConfigError(problems);
  }

  async #reseal({ table, key, column, purpose, ownerOf }: SealedColumn, row: Row, dryRun: boolean) {
    const owner = ownerOf(row[key]);
    const before = row[column] as Buffer;
    let secret: Buffer;
    try {
      secret = this.#box.open(purpose, owner, before);
    } catch {
      return 'unreadable';
    }
    if (dryRun) return 'resealed';
    const sealed = this.#box.seal(purpose, owner, secret);
    // Only in the place of what was read: a secret that was replaced meanwhile is sealed with the new key already.
    const where = { [key]: row[key] as Buffer, [column]: before };
    const changed = await this.#database
      .sql(table)
      .where(where)
      .update({ [column]: sealed });
    return changed === 1 ? 'resealed' : 'gone';
  }

  async *#pages({ table, key, column }: SealedColumn): AsyncGenerator<Row[]> {
    let last: unknown;
    for (;;) {
      const query = this.#database.sql(table).orderBy(key).limit(BATCH).select(key, column);
      if (last !== undefined) query.where(key, '>', last as Buffer);
      const rows: Row[] = await query;
      if (rows.length === 0) return;
      yield rows;
      last = rows.at(-1)?.[key];
    }
  }
}

function boxOf(ring: SecretRing): SecretBox {
  return new SecretBox({ env: { KEY_ENCRYPTION_KEY: ring } });
}

function opens(box: SecretBox, purpose: string, owner: string, sealed: Buffer): boolean {
  try {
    box.open(purpose, owner, sealed);
    return true;
  } catch {
    return false;
  }
}
