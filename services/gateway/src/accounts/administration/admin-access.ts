import type { Sql } from '@postern/runtime';
import { Forbidden } from '../../http/problems.ts';
import type { Principal } from '../../http/route.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { RoleStore } from './role-store.ts';

/**
 * Whether somebody may look after others now, by the database: a token's permissions are up to ten minutes old, and an
 * admin whose role was taken must not go on meanwhile (ASVS 5.0, 8.3.1 and 8.3.2).
 */
export class AdminAccess {
  readonly #live: LiveAccounts;
  readonly #roles: RoleStore;

  constructor(live: LiveAccounts, roles: RoleStore) {
    this.#live = live;
    this.#roles = roles;
  }

  /** @throws ProblemError 401 when the session has ended, 403 without the permission */
  async require(db: Sql, principal: Principal, permission: string): Promise<void> {
    const { id } = await this.#live.require(db, principal);
    const { permissions } = await this.#roles.grantsOf(db, id);
    if (!permissions.includes(permission)) throw Forbidden.error({ detail: `It takes the permission ${permission}.` });
  }
}
