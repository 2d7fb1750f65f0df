import { UserEmailChanged } from '@postern/events';
import type { Database } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import { auditedBy } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { FormerPasswords } from '../passwords/former-passwords.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { Endings } from '../sessions/endings.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/**
 * Gives an account back to its owner, whose address was taken from it: by whoever has the machine, who has made sure that the address is the
 * owner's (docs/runbook.md). Whoever took it loses all they have, the password included; the owner asks for a link to a new one.
 */
export class AddressAssignment {
  readonly #users: UserStore;
  readonly #accounts: ProvenAddresses;
  readonly #passwords: NewPasswords;
  readonly #former: FormerPasswords;
  readonly #endings: Endings;
  readonly #journal: Journal;

  constructor(
    users: UserStore,
    accounts: ProvenAddresses,
    passwords: NewPasswords,
    former: FormerPasswords,
    endings: Endings,
    journal: Journal,
  ) {
    this.#users = users;
    this.#accounts = accounts;
    this.#passwords = passwords;
    this.#former = former;
    this.#endings = endings;
    this.#journal = journal;
  }

  /**
   * @returns the person as they were
   * @throws Error when somebody has the address, they themselves or another; ProblemError 404
   */
  async assign(database: Database, id: string, email: string, operator: string): Promise<User> {
    // Nobody's. With the one that there is, whoever took the account would sign in at its new address, which the notice tells them.
    const passwordHash = await this.#passwords.nobodys();
    return database.transaction(async (tx) => {
      const user = await this.#users.lock(tx, id);
      if (!user) throw NotFound.error({ detail: 'No such user.' });
      if (user.email === email) throw new Error('the account has this address already');
      if (!(await this.#accounts.move(tx, id, email))) {
        throw new Error('the address has another account: `user show` says whose');
      }
      await this.#endings.replacePassword(tx, id, 'address-assigned', passwordHash);
      await this.#former.forget(tx, id);
      await this.#journal.publish(tx, UserEmailChanged, { ...personOf(user), email, old_email: user.email });
      const entry = { outcome: 'success', subjectId: id, ...auditedBy({ operator }) } as const;
      await this.#journal.record(tx, { action: 'assign-email', ...entry });
      return user;
    });
  }
}
