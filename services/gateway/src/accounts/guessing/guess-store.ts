import type { Sql, Transaction } from '@postern/runtime';

/** What is known of the guesses of one subject. */
export interface GuessRow {
  failures: number;
  blockedUntil: Date;
  updatedAt: Date;
}

/** Port: the table of guesses, which all replicas share. A subject is a keyed hash of 32 bytes. */
export abstract class GuessStore {
  abstract find(db: Sql, subject: Buffer): Promise<GuessRow | undefined>;
  /** What `find` gives for each of them, in one statement. */
  abstract findAll(db: Sql, subjects: readonly Buffer[]): Promise<(GuessRow | undefined)[]>;
  /** Writes `next` if the row is still `seen` (or still absent). False when somebody else was faster. */
  abstract advance(db: Sql, subject: Buffer, seen: GuessRow | undefined, next: GuessRow): Promise<boolean>;
  /** Forgets a subject; of several callers one gets true. */
  abstract clear(tx: Transaction, subject: Buffer): Promise<boolean>;
}
