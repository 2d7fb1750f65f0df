import type { Sql, Transaction } from '@postern/runtime';
import { maySignIn, type NewUser, type Profile, type User } from './user.ts';

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
  /** The person as they are now, locked until the transaction ends. Lock the person before anything else of theirs. */
  abstract lock(tx: Transaction, id: string): Promise<User | undefined>;
  /** As `lock`, whoever has the address now. */
  abstract lockByEmail(tx: Transaction, email: string): Promise<User | undefined>;
  /** What was proven until now counts no longer: sign-ins on their way, device tokens. With a new password, that is set as well. */
  abstract voidProofs(tx: Transaction, id: string, passwordHash?: string): Promise<void>;
  /** Stores another hash of the password that was proven, if that is the person's still. */
  abstract rehash(tx: Transaction, proven: User, hash: string): Promise<void>;
  abstract setProfile(tx: Transaction, id: string, profile: Profile): Promise<void>;
  /** Gives the person a proven address. False when somebody else has it. */
  abstract setEmail(tx: Transaction, id: string, email: string): Promise<boolean>;
  abstract setDisabled(tx: Transaction, id: string, disabled: boolean): Promise<void>;
  abstract delete(tx: Transaction, id: string): Promise<void>;
  /** Newest first. */
  abstract page(db: Sql, query: UserQuery): Promise<User[]>;

  /**
   * For what hashes or waits between its read and its write: locks the person, and gives them as they are now. Undefined
   * when they were erased or disabled or have other credentials since `read`, so that what was proven then is void.
   */
  async lockUnchanged(tx: Transaction, read: User): Promise<User | undefined> {
    const now = await this.lock(tx, read.id);
    return now && maySignIn(now) && now.credentialVersion === read.credentialVersion ? now : undefined;
  }
}
