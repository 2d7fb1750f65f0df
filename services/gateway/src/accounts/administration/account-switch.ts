import { UserDisabled, UserEnabled } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import { auditedBy, type Doer } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { LastAdmin } from '../roles/last-admin.ts';
import type { Endings } from '../sessions/endings.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Closing an account to its owner, and opening it again. */
export class AccountSwitch {
  readonly #users: UserStore;
  readonly #endings: Endings;
  readonly #lastAdmin: LastAdmin;
  readonly #journal: Journal;

  constructor(users: UserStore, endings: Endings, lastAdmin: LastAdmin, journal: Journal) {
    this.#users = users;
    this.#endings = endings;
    this.#lastAdmin = lastAdmin;
    this.#journal = journal;
  }

  /**
   * Ends all that the person could go on with, at once for everything that reads the database (ASVS 5.0, 7.4.2). Disabling
   * twice does nothing the second time.
   *
   * @throws ProblemError 404, 409 `last-admin`
   */
  async disable(tx: Transaction, id: string, by: Doer): Promise<User> {
    const user = await this.#lock(tx, id);
    if (user.disabledAt) return user;
    await this.#lastAdmin.keep(tx, user.id);
    await this.#users.setDisabled(tx, id, true);
    await this.#endings.end(tx, id, 'user-disabled');
    const who = auditedBy(by);
    await this.#journal.publish(tx, UserDisabled, personOf(user), who.context);
    await this.#journal.record(tx, { action: 'disable-user', outcome: 'success', subjectId: id, ...who });
    return this.#lock(tx, id);
  }

  /** @throws ProblemError 404 */
  async enable(tx: Transaction, id: string, by: Doer): Promise<User> {
    const user = await this.#lock(tx, id);
    if (!user.disabledAt) return user;
    await this.#users.setDisabled(tx, id, false);
    const who = auditedBy(by);
    await this.#journal.publish(tx, UserEnabled, personOf(user), who.context);
    await this.#journal.record(tx, { action: 'enable-user', outcome: 'success', subjectId: id, ...who });
    return this.#lock(tx, id);
  }

  /**
   * Ends all their sessions and what else a sign-out everywhere ends; the account stays open.
   *
   * @throws ProblemError 404
   */
  async signOut(tx: Transaction, id: string, by: Doer): Promise<User> {
    const user = await this.#lock(tx, id);
    await this.#endings.end(tx, id, 'signed-out-everywhere');
    const entry = { outcome: 'success', subjectId: id, ...auditedBy(by) } as const;
    await this.#journal.record(tx, { action: 'sign-out-everywhere', ...entry });
    return user;
  }

  async #lock(tx: Transaction, id: string): Promise<User> {
    const user = await this.#users.lock(tx, id);
    if (!user) throw NotFound.error({ detail: 'No such user.' });
    return user;
  }
}
