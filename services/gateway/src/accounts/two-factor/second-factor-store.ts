import type { Sql, Transaction } from '@postern/runtime';
import type { TotpStep } from '../factors/checked-code.ts';

export interface TotpRow {
  userId: string;
  sealedSecret: Buffer;
  /** When the secret was made, which distinguishes it from one that replaces it; sealing it again changes nothing of that. */
  createdAt: Date;
  /** Null while the person has not shown that their app has it. */
  confirmedAt: Date | null;
  /** The time step of the last code that was accepted; 0 before the first. */
  lastStep: number;
  /** Since when no code is accepted any more. */
  lockedAt: Date | null;
}

/** Port: the tables of second factors. */
export abstract class SecondFactorStore {
  abstract find(db: Sql, userId: string): Promise<TotpRow | undefined>;
  /** Puts a secret that is to be confirmed in the place of an older one. */
  abstract begin(tx: Transaction, userId: string, sealedSecret: Buffer, at: Date): Promise<void>;
  abstract confirm(tx: Transaction, userId: string, at: Date): Promise<void>;
  /** Counts a failure and holds the factor until the transaction ends. False when it is locked, and when there is none. */
  abstract countFailure(tx: Transaction, userId: string): Promise<boolean>;
  /** A code of this time step was right: forgets the failures before it, of a factor that is not locked. */
  abstract forgetFailures(tx: Transaction, userId: string, step: TotpStep): Promise<void>;
  /** Locks a factor that has failed `most` times; of several callers one gets true. */
  abstract lock(tx: Transaction, userId: string, most: number, at: Date): Promise<boolean>;
  /** Forgets the failures, and that the factor was locked. */
  abstract unlock(tx: Transaction, userId: string): Promise<void>;
  /**
   * Accepts a time step once and none before it, and forgets the failures, in one statement: false when it was spent already,
   * the factor is locked, or another secret has replaced this one.
   */
  abstract spendStep(tx: Transaction, userId: string, step: TotpStep): Promise<boolean>;
  /** Puts these codes in the place of all older ones. */
  abstract replaceCodes(tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void>;
  /** Whether there is such a code, and whether it was used. */
  abstract findCode(db: Sql, userId: string, hash: Buffer): Promise<'unused' | 'used' | undefined>;
  /** Uses a code up, in one statement: of two callers one gets true. */
  abstract useCode(tx: Transaction, userId: string, hash: Buffer, at: Date): Promise<boolean>;
  abstract countCodes(db: Sql, userId: string): Promise<number>;
  abstract remove(tx: Transaction, userId: string): Promise<void>;
}
