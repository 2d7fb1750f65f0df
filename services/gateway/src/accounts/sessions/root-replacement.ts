import type { Database } from '@postern/runtime';
import type { Journal } from '../audit/journal.ts';
import type { RootKeys } from '../tokens/root-keys.ts';
import type { SessionStore } from './session-store.ts';

/** Sessions that are ended in one statement. */
const BATCH = 500;

/**
 * Replaces the root key, which may have leaked: with it and a copy of the database, refresh tokens of its sessions can be made. Everybody is
 * signed out. Gateways that serve take on the new one within ten seconds (`RootKeys.follow`).
 */
export class RootReplacement {
  readonly #roots: RootKeys;
  readonly #sessions: SessionStore;
  readonly #journal: Journal;
  readonly #database: Database;

  constructor(roots: RootKeys, sessions: SessionStore, journal: Journal, database: Database) {
    this.#roots = roots;
    this.#sessions = sessions;
    this.#journal = journal;
    this.#database = database;
  }

  /** How many sessions it would end. */
  sessions(): Promise<number> {
    return this.#sessions.countLive(this.#database, this.#database.clock.now());
  }

  /**
   * The key first, with its line in the audit log, so that no token of a session that is still to be ended is good for anything; then the sessions, some
   * hundred at a time. Broken off, it is run again.
   */
  async *run(by: string): AsyncGenerator<{ ended: number; of: number }> {
    const of = await this.sessions();
    await this.#database.transaction(async (tx) => {
      await this.#roots.replace(tx);
      await this.#journal.record(tx, { action: 'replace-root-key', outcome: 'success', details: { by: [by] } });
    });
    const at = this.#database.clock.now();
    let ended = 0;
    for (;;) {
      const some = await this.#sessions.revokeSome(this.#database, BATCH, 'root-key-replaced', at);
      if (some === 0) return;
      ended += some;
      yield { ended, of: Math.max(of, ended) };
    }
  }
}
