import type { Sql } from '@postern/runtime';
import { defineProblem } from '../../http/route.ts';
import type { RoleStore } from './role-store.ts';

export const LastAdminKept = defineProblem({
  type: 'last-admin',
  status: 409,
  title: 'There must be an admin',
  explanation:
    'This is the only admin who can sign in. Make somebody else an admin first, or create one from the command line (`admin create`).',
});

const ADMIN = 'admin';

/** Keeps the accounts from being left without anybody to look after them. */
export class LastAdmin {
  readonly #roles: RoleStore;

  constructor(roles: RoleStore) {
    this.#roles = roles;
  }

  /** @throws ProblemError 409 when this person is the only admin */
  async keep(db: Sql, userId: string): Promise<void> {
    const { roles } = await this.#roles.grantsOf(db, userId);
    if (!roles.includes(ADMIN)) return;
    if ((await this.#roles.countHolders(db, ADMIN)) <= 1) throw LastAdminKept.error();
  }
}
