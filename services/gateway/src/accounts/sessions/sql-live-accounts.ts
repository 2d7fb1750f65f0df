import { type Clock, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import type { User } from '../users/user.ts';
import { users } from '../users/users-table.ts';
import { LiveAccounts } from './live-accounts.ts';

export class SqlLiveAccounts extends LiveAccounts {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async find(db: Sql, sessionId: string): Promise<User | undefined> {
    const row = await this.#live(db, sessionId).first('users.*');
    return row && users.read(row);
  }

  override async findLocked(tx: Transaction, sessionId: string): Promise<User | undefined> {
    // The person first, as everywhere: whoever locks a person and then their sessions would wait for us, and we for them.
    const owner = tx.sql('sessions').where('id', idToBytes(sessionId)).select('user_id');
    await tx.sql('users').where('id', owner).forUpdate().first('id');
    const row = await this.#live(tx, sessionId).forUpdate().first('users.*');
    return row && users.read(row);
  }

  override async noteReceived({ sql }: Sql, sessionId: string, generation: number): Promise<void> {
    await sql('sessions')
      .where('id', idToBytes(sessionId))
      .where('received_generation', '<', generation)
      .update({ received_generation: generation });
  }

  #live({ sql }: Sql, sessionId: string) {
    const now = this.#clock.now();
    return sql('sessions')
      .join('users', 'users.id', 'sessions.user_id')
      .where('sessions.id', idToBytes(sessionId))
      .whereNull('sessions.revoked_at')
      .where('sessions.expires_at', '>', now)
      .where('sessions.idle_expires_at', '>', now)
      .whereNull('users.disabled_at');
  }
}
