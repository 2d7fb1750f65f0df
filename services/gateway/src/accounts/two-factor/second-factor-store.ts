import type { Sql, Transaction } from '@postern/runtime';

export interface TotpRow {
  userId: string;
  sealedSecret: Buffer;
  /** Null while the person has not shown that their app has it. */
  confirmedAt: Date | null;
}

/** Port: the tables of second factors. */
export abstract class SecondFactorStore {
  abstract find(db: Sql, userId: string): Promise<TotpRow | undefined>;
  /** Puts a secret that is to be confirmed in the place of an older one. */
  abstract begin(tx: Transaction, userId: string, sealedSecret: Buffer, at: Date): Promise<void>;
  abstract confirm(tx: Transaction, userId: string, at: Date): Promise<void>;
  /** Accepts a time step once and none before it, in one statement: false when it was spent already. */
  abstract spendStep(tx: Transaction, userId: string, step: number): Promise<boolean>;
  /** Puts these codes in the place of all older ones. */
  abstract replaceCodes(tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void>;
  abstract hasCode(db: Sql, userId: string, hash: Buffer): Promise<boolean>;
  /** Uses a code up, in one statement: of two callers one gets true. */
  abstract useCode(tx: Transaction, userId: string, hash: Buffer, at: Date): Promise<boolean>;
  abstract countCodes(db: Sql, userId: string): Promise<number>;
  abstract remove(tx: Transaction, userId: string): Promise<void>;
}
