import { createHash, timingSafeEqual } from 'node:crypto';
import { countInWindow, type Database } from '@postern/runtime';
import type { OperatorAudit } from './operator-audit.ts';
import type { OperatorSessions } from './operator-sessions.ts';
import { OPERATOR_NAME, type Operators } from './operators.ts';
import { pruneEnded } from './prune-ended.ts';
import { hashSecret } from './secret.ts';

/** Refusals of one name from one address that are recorded in a window. */
const RECORDED = 10;
const WINDOW_MS = 5 * 60_000;

/**
 * Checks a name and a secret. Each sign-in is in the audit, and so are refusals, as many as it has room for. Nobody waits, as nobody guesses a secret of
 * 256 bits: whoever tries must not keep out who has it, from the same address or behind the same proxy.
 */
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

  /** @param address the client's, as its connection has it. Returns the cookie's value; undefined: there is no such name and secret. */
  async attempt(name: string, secret: string, address: string): Promise<string | undefined> {
    const found = OPERATOR_NAME.test(name) ? await this.#operators.find(name) : undefined;
    const given = hashSecret(secret);
    const right = timingSafeEqual(given, found?.secretHash ?? Buffer.alloc(given.length));
    // What nobody is called may be a secret in the wrong field.
    const act = { operator: found ? name : '(unknown)', action: 'sign-in', target: address };
    if (found && right) {
      await this.#audit.record(act, 'done', `role ${found.operator.role}`);
      return this.#sessions.begin(found.operator);
    }
    // Names that nobody has share one count: who makes them up fills neither this table nor the audit.
    const times = await this.#count(found === undefined ? '' : name, address);
    if (times > RECORDED) return undefined;
    const last = times === RECORDED ? '; further ones of these minutes are not recorded' : '';
    await this.#audit.record(act, 'refused', `wrong name or secret${last}`);
    return undefined;
  }

  async #count(name: string, address: string): Promise<number> {
    const now = this.#database.clock.now().getTime();
    await pruneEnded(this.#database, {
      ...{ table: 'operator_tries', key: 'id' },
      ended: (query) => query.where('resets_at', '<', now),
    });
    const id = keyOf(name, address);
    const counted = { table: 'operator_tries', id, hits: 1, now, resetsAt: now + WINDOW_MS };
    return (await countInWindow(this.#database, counted)).hits;
  }
}

function keyOf(name: string, address: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([name, address]))
    .digest();
}
