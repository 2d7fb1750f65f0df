import type { Sql, Transaction } from '@postern/runtime';
import type { NewUser, Profile, User } from './user.ts';

/** Where in the list a page starts: after this person. */
export interface UserQuery {
  /** Part of a name or of the address, whatever its case and accents. */
  search?: string | undefined;
  /** The id of the last person of the page before; ids sort by time of registration. */
  after?: string | undefined;
  limit: number;
}

/** Port: the table of people, which sets their times itself. What changes takes a transaction; reads take the database too. */
export abstract class UserStore {
  /**
   * Inserts a person whose address is proven, with the role `user`, or nothing at all when the address is taken. Who
   * wants to know asks `byId`.
   */
  abstract insertIfAbsent(tx: Transaction, user: NewUser): Promise<void>;
  abstract byEmail(db: Sql, email: string): Promise<User | undefined>;
  abstract byId(db: Sql, id: string): Promise<User | undefined>;
  abstract setPasswordHash(tx: Transaction, id: string, hash: string): Promise<void>;
  abstract setProfile(tx: Transaction, id: string, profile: Profile): Promise<void>;
  /** Gives the person a proven address. False when somebody else has it. */
  abstract setEmail(tx: Transaction, id: string, email: string): Promise<boolean>;
  abstract setDisabled(tx: Transaction, id: string, disabled: boolean): Promise<void>;
  abstract delete(tx: Transaction, id: string): Promise<void>;
  /** Newest first. */
  abstract page(db: Sql, query: UserQuery): Promise<User[]>;
}
