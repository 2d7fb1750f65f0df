import type { Sql, Transaction } from '@postern/runtime';

/** A password that is an account's no longer. */
export interface FormerPassword {
  id: string;
  userId: string;
  /** PHC string. */
  passwordHash: string;
  endedAt: Date;
}

/** Port: the table of passwords that were replaced. */
export abstract class FormerPasswordStore {
  /** Adds a row, unless the person has `most` that ended after `since`: the first stay. Lock the person before. */
  abstract add(tx: Transaction, row: FormerPassword, most: number, since: Date): Promise<void>;
  /** Those that ended after `since`, the first at the front. */
  abstract ofUser(db: Sql, userId: string, since: Date): Promise<FormerPassword[]>;
  abstract deleteOfUser(tx: Transaction, userId: string): Promise<void>;
}
