import type { Sql, Transaction } from '@postern/runtime';
import type { NewUser, User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { SignUps } from './sign-ups.ts';

/** The one way to an account: for an address that is proven, and the end of whatever was pending for it. */
export class NewAccounts {
  readonly #users: UserStore;
  readonly #signUps: SignUps;

  constructor(users: UserStore, signUps: SignUps) {
    this.#users = users;
    this.#signUps = signUps;
  }

  /** The account that the address has, if it has one. */
  of(db: Sql, email: string): Promise<User | undefined> {
    return this.#users.byEmail(db, email);
  }

  /** Makes the account. False, with nothing changed but the pending sign-ups, when the address has one: roll back then. */
  async create(tx: Transaction, person: NewUser): Promise<boolean> {
    await this.#signUps.endAll(tx, person.email, { keepLinkOf: person.id });
    await this.#users.insertIfAbsent(tx, person);
    return (await this.#users.byId(tx, person.id)) !== undefined;
  }
}
