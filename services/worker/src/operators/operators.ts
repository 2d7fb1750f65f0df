import { Columns, column, type Database, idToBytes, isDuplicateKey, newId } from '@postern/runtime';
import { hashSecret, newSecret } from './secret.ts';

/** What an operator may be called. */
export const OPERATOR_NAME = /^[a-z][a-z0-9._-]{0,59}$/;

/** `read` sees everything and changes nothing. */
export const OPERATOR_ROLES = ['read', 'act'] as const;
type OperatorRole = (typeof OPERATOR_ROLES)[number];

export interface Operator {
  id: string;
  name: string;
  role: OperatorRole;
  createdAt: Date;
  createdBy: string;
}

export const operators = new Columns<Operator>({
  id: column.id('id'),
  name: column.value('name'),
  role: column.value('role'),
  createdAt: column.time('created_at'),
  createdBy: column.value('created_by'),
});

/** Who may use the console. The command line makes and removes them; the console cannot. */
export class Operators {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the secret, which is stored nowhere. Undefined: there is one of that name already. */
  async add(name: string, role: OperatorRole, by: string): Promise<string | undefined> {
    const secret = newSecret();
    const row = { id: idToBytes(newId()), name, role, secret_hash: hashSecret(secret), created_by: by.slice(0, 100) };
    try {
      await this.#database.sql('operators').insert({ ...row, created_at: this.#database.clock.now() });
      return secret;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  async list(): Promise<Operator[]> {
    return (await this.#database.sql('operators').orderBy('name')).map(operators.read);
  }

  /** With whatever sessions the operator has. False: there is none of that name. */
  async remove(name: string): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const row = await tx.sql('operators').where({ name }).first('id');
      if (!row) return false;
      await tx.sql('operator_sessions').where({ operator_id: row.id }).del();
      return (await tx.sql('operators').where({ id: row.id }).del()) > 0;
    });
  }

  /** An operator with the stored hash of the secret. */
  async find(name: string): Promise<{ operator: Operator; secretHash: Buffer } | undefined> {
    const row = await this.#database.sql('operators').where({ name }).first();
    return row && { operator: operators.read(row), secretHash: row.secret_hash };
  }
}
