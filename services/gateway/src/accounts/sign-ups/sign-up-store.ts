import type { Sql, Transaction } from '@postern/runtime';
import type { PendingSignUp } from './pending-sign-up.ts';

/** Port: the table of pending sign-ups. */
export abstract class SignUpStore {
  abstract insert(tx: Transaction, signUp: PendingSignUp): Promise<void>;
  /** Those of an address that have not expired, oldest first. */
  abstract ofAddress(db: Sql, email: string, now: Date): Promise<PendingSignUp[]>;
  /** All of an address, also expired ones, which nobody else can lock or remove until the transaction ends. */
  abstract lock(tx: Transaction, email: string): Promise<PendingSignUp[]>;
  abstract byId(db: Sql, id: string): Promise<PendingSignUp | undefined>;
  abstract delete(tx: Transaction, ids: readonly string[]): Promise<void>;
}
