import type { Transaction } from '@postern/runtime';
import { defineProblem } from '../../http/route.ts';
import type { RoleStore } from './role-store.ts';

export const LastAdminKept = defineProblem({
  type: 'last-admin',
  status: 409,
  title: 'There must be an admin',
  explanation:
    'This is the only admin who can sign in. Make another person an admin first, or create one from the command line (`admin create`).',
});

const ADMIN = 'admin';

/** Keeps the accounts from being left without anybody to look after them. */
export class LastAdmin {
  readonly #roles: RoleStore;

  constructor(roles: RoleStore) {
    this.#roles = roles;
  }

  /**
   * Locks the admins, so that of two who give up the role at once one stays.
   *
   * @throws ProblemError 409 when nobody else who can sign in is an admin
   */
  async keep(tx: Transaction, userId: string): Promise<void> {
    const { roles } = await this.#roles.grantsOf(tx, userId);
    if (!roles.includes(ADMIN)) return;
    const able = await this.#roles.lockHolders(tx, ADMIN);
    if (!able.some((id) => id !== userId)) throw LastAdminKept.error();
  }
}
