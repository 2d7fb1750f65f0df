import type { Sql, Transaction } from '@postern/runtime';
import type { PendingSignUp } from './pending-sign-up.ts';
import { SignUpStore } from './sign-up-store.ts';

/** The pending sign-ups of a test, oldest first. */
export class MemorySignUpStore extends SignUpStore {
  rows: PendingSignUp[] = [];

  override async insert(_tx: Transaction, signUp: PendingSignUp): Promise<void> {
    this.rows.push(signUp);
  }

  override async ofAddress(_db: Sql, email: string, now: Date): Promise<PendingSignUp[]> {
    return this.rows.filter((row) => row.email === email && row.expiresAt > now);
  }

  override async lock(_tx: Transaction, email: string): Promise<PendingSignUp[]> {
    return this.rows.filter((row) => row.email === email);
  }

  override async byId(_db: Sql, id: string): Promise<PendingSignUp | undefined> {
    return this.rows.find((row) => row.id === id);
  }

  override async delete(_tx: Transaction, ids: readonly string[]): Promise<void> {
    this.rows = this.rows.filter(({ id }) => !ids.includes(id));
  }
}
