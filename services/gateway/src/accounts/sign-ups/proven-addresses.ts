import type { Sql, Transaction } from '@postern/runtime';
import type { NewUser, User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { SignUps } from './sign-ups.ts';

/** The ways in which a proven address becomes that of an account, which end whatever was pending for it. */
export class ProvenAddresses {
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

  /** As `of`, and the account does not change until the transaction ends. */
  lock(tx: Transaction, email: string): Promise<User | undefined> {
    return this.#users.lockByEmail(tx, email);
  }

  /** Makes the account. False, with nothing changed but the pending sign-ups, when the address has one: roll back then. */
  async create(tx: Transaction, person: NewUser): Promise<boolean> {
    await this.#signUps.endAll(tx, person.email, { keepLinkOf: person.id });
    await this.#users.insertIfAbsent(tx, person);
    return (await this.#users.byId(tx, person.id)) !== undefined;
  }

  /** Gives an account another address. False, as `create`, when the address has an account. */
  async move(tx: Transaction, userId: string, email: string): Promise<boolean> {
    await this.#signUps.endAll(tx, email);
    return this.#users.setEmail(tx, userId, email);
  }
}
