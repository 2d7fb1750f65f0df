import type { Sql, Transaction } from '@postern/runtime';
import type { User } from '../users/user.ts';
import { LiveAccounts } from './live-accounts.ts';

/** Sessions of a test, by their ids. */
export class MemoryLiveAccounts extends LiveAccounts {
  readonly people = new Map<string, User>();
  readonly received = new Map<string, number>();

  override async find(_db: Sql, sessionId: string): Promise<User | undefined> {
    return this.people.get(sessionId);
  }

  override async noteReceived(_db: Sql, sessionId: string, generation: number): Promise<void> {
    this.received.set(sessionId, generation);
  }

  override findLocked(tx: Transaction, sessionId: string): Promise<User | undefined> {
    return this.find(tx, sessionId);
  }
}
