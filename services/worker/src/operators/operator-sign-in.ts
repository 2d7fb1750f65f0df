import { createHash, timingSafeEqual } from 'node:crypto';
import { countInWindow, type Database } from '@postern/runtime';
import type { OperatorAudit } from './operator-audit.ts';
import type { OperatorSessions } from './operator-sessions.ts';
import { OPERATOR_NAME, type Operators } from './operators.ts';
import { pruneEnded } from './prune-ended.ts';
import { hashSecret } from './secret.ts';

/** Tries for one operator from one address in a window; then even the right secret has to wait. */
const TRIES = 10;
const WINDOW_MS = 5 * 60_000;

type SignInResult =
  | { token: string }
  | { refused: 'wrong' }
  /** When the next try counts, in milliseconds since 1970. */
  | { refused: 'too-many'; until: number };

/** Checks a name and a secret, and counts who fails. Each sign-in, and each refusal up to the limit, is in the audit. */
export class OperatorSignIn {
  readonly #database: Database;
  readonly #operators: Operators;
  readonly #sessions: OperatorSessions;
  readonly #audit: OperatorAudit;

  constructor(database: Database, operators: Operators, sessions: OperatorSessions, audit: OperatorAudit) {
    this.#database = database;
    this.#operators = operators;
    this.#sessions = sessions;
    this.#audit = audit;
  }

  /** @param address the client's, as its connection has it */
  async attempt(name: string, secret: string, address: string): Promise<SignInResult> {
    const found = OPERATOR_NAME.test(name) ? await this.#operators.find(name) : undefined;
    // Names that nobody has share one count: who makes them up fills neither this table nor the audit.
    const tries = await this.#count(found === undefined ? '' : name, address);
    if (tries.hits > TRIES) return { refused: 'too-many', until: tries.resetsAt };
    const given = hashSecret(secret);
    const right = timingSafeEqual(given, found?.secretHash ?? Buffer.alloc(given.length));
    // What nobody is called may be a secret in the wrong field.
    const act = { operator: found ? name : '(unknown)', action: 'sign-in', target: address };
    if (!found || !right) {
      await this.#audit.record(act, 'refused', `wrong name or secret, try ${tries.hits} of ${TRIES}`);
      return { refused: 'wrong' };
    }
    await this.#forget(name, address);
    await this.#audit.record(act, 'done', `role ${found.operator.role}`);
    return { token: await this.#sessions.begin(found.operator) };
  }

  async #count(name: string, address: string): Promise<{ hits: number; resetsAt: number }> {
    const now = this.#database.clock.now().getTime();
    await pruneEnded(this.#database, {
      ...{ table: 'operator_tries', key: 'id' },
      ended: (query) => query.where('resets_at', '<', now),
    });
    const id = keyOf(name, address);
    return countInWindow(this.#database, { table: 'operator_tries', id, hits: 1, now, resetsAt: now + WINDOW_MS });
  }

  async #forget(name: string, address: string): Promise<void> {
    await this.#database
      .sql('operator_tries')
      .where({ id: keyOf(name, address) })
      .del();
  }
}

function keyOf(name: string, address: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([name, address]))
    .digest();
}
