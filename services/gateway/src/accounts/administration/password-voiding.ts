import type { Database } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import { auditedBy } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { NewPasswords } from '../passwords/new-passwords.ts';
import type { Endings } from '../sessions/endings.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/**
 * Takes the password from an account, by whoever has the machine: a backup has brought back one that was replaced, or somebody else has it. Its
 * owner asks for a link to a new one. It is not remembered as one of theirs for the way back: others know it.
 */
export class PasswordVoiding {
  readonly #users: UserStore;
  readonly #passwords: NewPasswords;
  readonly #endings: Endings;
  readonly #journal: Journal;

  constructor(users: UserStore, passwords: NewPasswords, endings: Endings, journal: Journal) {
    this.#users = users;
    this.#passwords = passwords;
    this.#endings = endings;
    this.#journal = journal;
  }

  /** @throws ProblemError 404 */
  async void(database: Database, id: string, operator: string): Promise<User> {
    const passwordHash = await this.#passwords.nobodys();
    return database.transaction(async (tx) => {
      const user = await this.#users.lock(tx, id);
      if (!user) throw NotFound.error({ detail: 'No such user.' });
      await this.#endings.replacePassword(tx, id, 'password-reset', passwordHash);
      const entry = { outcome: 'success', subjectId: id, ...auditedBy({ operator }) } as const;
      await this.#journal.record(tx, { action: 'void-password', ...entry });
      return user;
    });
  }
}
