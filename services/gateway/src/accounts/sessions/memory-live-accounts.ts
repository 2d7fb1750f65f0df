import type { Sql, Transaction } from '@postern/runtime';
import type { User } from '../users/user.ts';
import { LiveAccounts } from './live-accounts.ts';

/** Sessions of a test, by their ids. */
export class MemoryLiveAccounts extends LiveAccounts {
  readonly people = new Map<string, User>();

  override async find(_db: Sql, sessionId: string): Promise<User | undefined> {
    return this.people.get(sessionId);
  }

  override findLocked(tx: Transaction, sessionId: string): Promise<User | undefined> {
    return this.find(tx, sessionId);
  }
}
