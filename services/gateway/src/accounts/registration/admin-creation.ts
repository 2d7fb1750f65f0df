import { type Database, newId, type Transaction } from '@postern/runtime';
import { auditedBy, type Doer } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { RoleAssignment } from '../roles/role-assignment.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';

interface NewAdmin {
  email: string;
  /** Of a new account; an account that exists keeps its own, and is refused when one is given. */
  firstName?: string | undefined;
  lastName?: string | undefined;
  /** Needed for a new account, refused for one that exists. */
  password?: string | undefined;
}

/** The order cannot be carried out as it was given; the message says what to do. */
export class AdminRefused extends Error {}

/** Nobody has the address, and a new account needs a password. */
export class PasswordNeeded extends AdminRefused {}

const ADMIN = 'admin';
const DEFAULT_NAME = { firstName: 'Postern', lastName: 'Admin' };
const LOCALE = 'en';

/** The first admin, who comes from the command line: whoever may run it has the database anyway. */
export class AdminCreation {
  readonly #accounts: ProvenAddresses;
  readonly #passwords: NewPasswords;
  readonly #assignment: RoleAssignment;
  readonly #journal: Journal;

  constructor(accounts: ProvenAddresses, passwords: NewPasswords, assignment: RoleAssignment, journal: Journal) {
    this.#accounts = accounts;
    this.#passwords = passwords;
    this.#assignment = assignment;
    this.#journal = journal;
  }

  /**
   * Makes a new admin of exactly what is given, whose address counts as proven, and ends sign-ups that wait for it; or gives
   * the role to an account that may sign in.
   *
   * @param by the operator, for the audit log
   * @throws AdminRefused when the order does not fit the account that there is; ProblemError 422 for a password that must
   *   not be used, 409 `account-not-active` for an account that is disabled or was never verified
   */
  async create(database: Database, admin: NewAdmin, by: string): Promise<{ id: string; created: boolean }> {
    const found = await this.#accounts.of(database, admin.email);
    return found ? this.#promote(database, admin, by) : this.#make(database, admin, by);
  }

  async #promote(database: Database, admin: NewAdmin, by: string): Promise<{ id: string; created: boolean }> {
    if (admin.password !== undefined || admin.firstName !== undefined || admin.lastName !== undefined) {
      throw new AdminRefused(
        'this address has an account, whose password and names this command does not change. Leave them out (and ADMIN_PASSWORD) to make that account an admin, or erase it first',
      );
    }
    const id = await database.transaction(async (tx) => {
      const owner = await this.#accounts.lock(tx, admin.email);
      if (!owner) throw new AdminRefused('the address has lost its account in this moment: run this again');
      await this.#give(tx, owner.id, { operator: by });
      return owner.id;
    });
    return { id, created: false };
  }

  async #make(
    database: Database,
    { password, email, ...names }: NewAdmin,
    by: string,
  ): Promise<{ id: string; created: boolean }> {
    if (password === undefined)
      throw new PasswordNeeded('no account has this address yet: a new admin needs a password');
    const { firstName = DEFAULT_NAME.firstName, lastName = DEFAULT_NAME.lastName } = names;
    const person = { id: newId(), email, firstName, lastName, mobileNumber: null, locale: LOCALE };
    const passwordHash = await this.#passwords.prepare(password, person, '/password');
    await database.transaction(async (tx) => {
      const made = await this.#accounts.create(tx, { ...person, passwordHash });
      if (!made)
        throw new AdminRefused('the address has got an account in this moment: look whose it is, then run this again');
      await this.#give(tx, person.id, { operator: by });
    });
    return { id: person.id, created: true };
  }

  async #give(tx: Transaction, id: string, by: Doer): Promise<void> {
    await this.#assignment.add(tx, id, ADMIN, by);
    const entry = { outcome: 'success', subjectId: id, ...auditedBy(by) } as const;
    await this.#journal.record(tx, { action: 'create-admin', ...entry });
  }
}
