import { UserRolesChanged } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';
import { NotFound, ValidationFailed } from '../../http/problems.ts';
import { defineProblem } from '../../http/route.ts';
import { auditedBy, type Doer } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import { maySignIn, personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { LastAdmin } from './last-admin.ts';
import type { RoleStore } from './role-store.ts';

export const AccountNotActive = defineProblem({
  type: 'account-not-active',
  status: 409,
  title: 'This account cannot be used',
  explanation: 'It is disabled, or its address was never verified: it may lose roles, but gets none. Enable it first.',
});

export class RoleAssignment {
  readonly #users: UserStore;
  readonly #roles: RoleStore;
  readonly #lastAdmin: LastAdmin;
  readonly #journal: Journal;

  constructor(users: UserStore, roles: RoleStore, lastAdmin: LastAdmin, journal: Journal) {
    this.#users = users;
    this.#roles = roles;
    this.#lastAdmin = lastAdmin;
    this.#journal = journal;
  }

  /** @throws ProblemError 404 */
  async of(db: Sql, userId: string): Promise<string[]> {
    requireFound(await this.#users.byId(db, userId));
    return (await this.#roles.grantsOf(db, userId)).roles;
  }

  /**
   * Gives the person exactly these roles. They count at once for what reads the database, and with the next refresh
   * in access tokens.
   *
   * @throws ProblemError 404, 409 `last-admin` or `account-not-active` (who cannot sign in gets no further role), 422 for a
   *   role that there is not
   */
  async set(tx: Transaction, userId: string, wanted: readonly string[], by: Doer): Promise<string[]> {
    // Locked: what is given is judged by what the person is and has, and by then they may be erased or disabled.
    const user = await this.#lock(tx, userId);
    const roles = [...new Set(wanted)].sort();
    await this.#requireKnown(tx, wanted);
    const before = await this.#roles.grantsOf(tx, userId);
    if (before.roles.join() === roles.join()) return roles;
    if (!maySignIn(user) && roles.some((role) => !before.roles.includes(role))) throw AccountNotActive.error();
    if (!roles.includes('admin')) await this.#lastAdmin.keep(tx, user.id);
    await this.#roles.setRoles(tx, userId, roles);
    const who = auditedBy(by);
    await this.#journal.publish(tx, UserRolesChanged, { ...personOf(user), roles }, who.context);
    const details = { ...who.details, before: before.roles, after: roles };
    await this.#journal.record(tx, { action: 'set-roles', outcome: 'success', subjectId: userId, ...who, details });
    return roles;
  }

  /** Gives the person a role beside those that they have. Throws as `set` does. */
  async add(tx: Transaction, userId: string, role: string, by: Doer): Promise<string[]> {
    await this.#lock(tx, userId);
    const { roles } = await this.#roles.grantsOf(tx, userId);
    return this.set(tx, userId, [...roles, role], by);
  }

  async #requireKnown(db: Sql, wanted: readonly string[]): Promise<void> {
    const known = (await this.#roles.all(db)).map(({ name }) => name);
    const errors = wanted.flatMap((role, index) =>
      known.includes(role) ? [] : [{ pointer: `/roles/${index}`, detail: `There are the roles ${known.join(', ')}` }],
    );
    if (errors.length > 0) throw ValidationFailed.error({ errors });
  }

  async #lock(tx: Transaction, id: string): Promise<User> {
    return requireFound(await this.#users.lock(tx, id));
  }
}

function requireFound(user: User | undefined): User {
  if (!user) throw NotFound.error({ detail: 'No such user.' });
  return user;
}
