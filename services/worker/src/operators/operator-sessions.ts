import { createHmac } from 'node:crypto';
import { type Database, idToBytes } from '@postern/runtime';
import { type Operator, operators } from './operators.ts';
import { pruneEnded } from './prune-ended.ts';
import { hashSecret, newSecret } from './secret.ts';

/** A working day; then the secret is asked for again. */
export const SESSION_MS = 8 * 3_600_000;
/** What a cookie of ours looks like: anything else is not looked up. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface OperatorSession {
  operator: Operator;
  /** What forms carry, so that no other site's form is taken: it cannot be made without the cookie. */
  formToken: string;
}

/** Who is signed in to the console, shared by all replicas. A session ends by itself, by signing out, or with its operator. */
export class OperatorSessions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the cookie's value, which is stored nowhere. Sessions that have ended are cleared away meanwhile. */
  async begin(operator: Operator): Promise<string> {
    const { sql, clock } = this.#database;
    const token = newSecret('');
    const now = clock.now();
    await pruneEnded(this.#database, {
      ...{ table: 'operator_sessions', key: 'token_hash' },
      ended: (query) => query.where('expires_at', '<=', now),
    });
    await sql('operator_sessions').insert({
      token_hash: hashSecret(token),
      operator_id: idToBytes(operator.id),
      created_at: now,
      expires_at: new Date(now.getTime() + SESSION_MS),
    });
    return token;
  }

  /** Undefined: it has ended, or never was. */
  async find(token: string | undefined): Promise<OperatorSession | undefined> {
    if (token === undefined || !TOKEN.test(token)) return undefined;
    const { sql, clock } = this.#database;
    const row = await sql('operator_sessions')
      .join('operators', 'operators.id', 'operator_sessions.operator_id')
      .where({ token_hash: hashSecret(token) })
      .where('expires_at', '>', clock.now())
      .first('operators.id', 'name', 'role', 'operators.created_at', 'created_by');
    return row && { operator: operators.read(row), formToken: formTokenOf(token) };
  }

  async end(token: string): Promise<void> {
    await this.#database
      .sql('operator_sessions')
      .where({ token_hash: hashSecret(token) })
      .del();
  }
}

function formTokenOf(token: string): string {
  return createHmac('sha256', token).update('postern console form').digest('base64url');
}
