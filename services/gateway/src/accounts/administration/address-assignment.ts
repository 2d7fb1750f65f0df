import { randomBytes } from 'node:crypto';
import { UserEmailChanged } from '@postern/events';
import type { Database } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import { auditedBy } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import type { Endings } from '../sessions/endings.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

const PASSWORD_BYTES = 32;

/**
 * Gives an account back to its owner, whose address was taken from it: by whoever has the machine, who has made sure that the address is the
 * owner's (docs/runbook.md). Whoever took it loses all they have, the password included; the owner asks for a link to a new one.
 */
export class AddressAssignment {
  readonly #users: UserStore;
  readonly #accounts: ProvenAddresses;
  readonly #hasher: PasswordHasher;
  readonly #endings: Endings;
  readonly #journal: Journal;

  constructor(users: UserStore, accounts: ProvenAddresses, hasher: PasswordHasher, endings: Endings, journal: Journal) {
    this.#users = users;
    this.#accounts = accounts;
    this.#hasher = hasher;
    this.#endings = endings;
    this.#journal = journal;
  }

  /**
   * @returns the person as they were
   * @throws Error when somebody has the address, they themselves or another; ProblemError 404
   */
  async assign(database: Database, id: string, email: string, operator: string): Promise<User> {
    // Nobody's. With the one that there is, whoever took the account would sign in at its new address, which the notice tells them.
    const passwordHash = await this.#hasher.hash(randomBytes(PASSWORD_BYTES).toString('base64url'));
    return database.transaction(async (tx) => {
      const user = await this.#users.lock(tx, id);
      if (!user) throw NotFound.error({ detail: 'No such user.' });
      if (user.email === email) throw new Error('the account has this address already');
      if (!(await this.#accounts.move(tx, id, email))) {
        throw new Error('the address has another account: `user show` says whose');
      }
      await this.#endings.replacePassword(tx, id, 'address-assigned', passwordHash);
      await this.#journal.publish(tx, UserEmailChanged, { ...personOf(user), email, old_email: user.email });
      const entry = { outcome: 'success', subjectId: id, ...auditedBy({ operator }) } as const;
      await this.#journal.record(tx, { action: 'assign-email', ...entry });
      return user;
    });
  }
}
