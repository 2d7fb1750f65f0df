import type { Sql, Transaction } from '@postern/runtime';

/** Port: sign-ins that wait for a second factor. */
export abstract class ChallengeStore {
  abstract create(tx: Transaction, tokenHash: Buffer, userId: string, expiresAt: Date): Promise<void>;
  /** Whose sign-in it is, if it has not expired. */
  abstract find(db: Sql, tokenHash: Buffer, now: Date): Promise<string | undefined>;
  /** Removes it; of two callers one gets true. */
  abstract finish(tx: Transaction, tokenHash: Buffer): Promise<boolean>;
  abstract deleteOfUser(tx: Transaction, userId: string): Promise<void>;
}
