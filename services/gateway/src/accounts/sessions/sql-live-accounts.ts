import { type Clock, idToBytes, type Sql } from '@postern/runtime';
import type { User } from '../users/user.ts';
import { toUser, type UserRow } from '../users/user-row.ts';
import { LiveAccounts } from './live-accounts.ts';

export class SqlLiveAccounts extends LiveAccounts {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async find({ sql }: Sql, sessionId: string): Promise<User | undefined> {
    const now = this.#clock.now();
    const row: UserRow | undefined = await sql('sessions')
      .join('users', 'users.id', 'sessions.user_id')
      .where('sessions.id', idToBytes(sessionId))
      .whereNull('sessions.revoked_at')
      .where('sessions.expires_at', '>', now)
      .where('sessions.idle_expires_at', '>', now)
      .whereNull('users.disabled_at')
      .first('users.*');
    return row && toUser(row);
  }
}
