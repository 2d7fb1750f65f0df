import { type Database, newId } from '@postern/runtime';
import type { Journal } from '../audit/journal.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { UserStore } from '../users/user-store.ts';
import type { RoleStore } from './role-store.ts';

export interface NewAdmin {
  email: string;
  firstName: string;
  lastName: string;
  /** Needed when nobody has the address yet. */
  password: string | undefined;
}

const LOCALE = 'en';

/** The first admin, who comes from the command line: whoever may run it has the database anyway. */
export class AdminCreation {
  readonly #users: UserStore;
  readonly #roles: RoleStore;
  readonly #passwords: NewPasswords;
  readonly #journal: Journal;

  constructor(users: UserStore, roles: RoleStore, passwords: NewPasswords, journal: Journal) {
    this.#users = users;
    this.#roles = roles;
    this.#passwords = passwords;
    this.#journal = journal;
  }

  /**
   * Makes a verified admin, or an admin of who has the address.
   *
   * @throws ProblemError 422 for a password that must not be used; Error when a new person has none
   */
  async create(database: Database, admin: NewAdmin): Promise<{ id: string; created: boolean }> {
    const found = await this.#users.byEmail(database, admin.email);
    const passwordHash = found ? undefined : await this.#hash(admin);
    return database.transaction(async (tx) => {
      const id = found?.id ?? newId();
      if (passwordHash !== undefined) {
        const { email, firstName, lastName } = admin;
        const rest = { mobileNumber: null, locale: LOCALE, passwordHash };
        await this.#users.insertIfAbsent(tx, { id, email, firstName, lastName, ...rest });
      }
      if (!found?.emailVerifiedAt) await this.#users.markVerified(tx, id);
      await this.#roles.setRoles(tx, id, ['admin', 'user']);
      await this.#journal.record(tx, { action: 'create-admin', outcome: 'success', subjectId: id });
      return { id, created: !found };
    });
  }

  async #hash({ password, ...owner }: NewAdmin): Promise<string> {
    if (password === undefined) throw new Error('nobody has this address yet: a new admin needs a password');
    return this.#passwords.prepare(password, owner, '/password');
  }
}
