import { UserDisabled, UserEnabled } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import type { Principal, RequestContext } from '../../http/route.ts';
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
  async disable(tx: Transaction, id: string, actor: Principal, context: RequestContext): Promise<User> {
    const user = await this.#lock(tx, id);
    if (user.disabledAt) return user;
    await this.#lastAdmin.keep(tx, id);
    await this.#users.setDisabled(tx, id, true);
    await this.#endings.end(tx, id, 'user-disabled');
    await this.#journal.publish(tx, UserDisabled, personOf(user), context);
    const entry = { actorId: actor.userId, subjectId: id, context };
    await this.#journal.record(tx, { action: 'disable-user', outcome: 'success', ...entry });
    return this.#lock(tx, id);
  }

  /** @throws ProblemError 404 */
  async enable(tx: Transaction, id: string, actor: Principal, context: RequestContext): Promise<User> {
    const user = await this.#lock(tx, id);
    if (!user.disabledAt) return user;
    await this.#users.setDisabled(tx, id, false);
    await this.#journal.publish(tx, UserEnabled, personOf(user), context);
    const entry = { actorId: actor.userId, subjectId: id, context };
    await this.#journal.record(tx, { action: 'enable-user', outcome: 'success', ...entry });
    return this.#lock(tx, id);
  }

  async #lock(tx: Transaction, id: string): Promise<User> {
    const user = await this.#users.lock(tx, id);
    if (!user) throw NotFound.error({ detail: 'No such user.' });
    return user;
  }
}
