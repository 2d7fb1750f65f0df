import type { Sql, Transaction } from '@postern/runtime';

/** A password that is an account's no longer. */
export interface FormerPassword {
  id: string;
  userId: string;
  /** PHC string. */
  passwordHash: string;
  /** When, or earlier where it is to count for less long. */
  endedAt: Date;
}

/** Port: the table of passwords that were replaced. */
export abstract class FormerPasswordStore {
  /** Adds a row, unless the person has `most` that ended after `since`: the first stay. Lock the person before. */
  abstract add(tx: Transaction, row: FormerPassword, most: number, since: Date): Promise<void>;
  /** Those that ended after `since`, the first at the front. */
  abstract ofUser(db: Sql, userId: string, since: Date): Promise<FormerPassword[]>;
  /** Has those of the person that ended later end at this time. */
  abstract endBy(tx: Transaction, userId: string, at: Date): Promise<void>;
  abstract deleteOfUser(tx: Transaction, userId: string): Promise<void>;
}
