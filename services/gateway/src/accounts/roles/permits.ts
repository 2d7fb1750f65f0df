import type { Sql } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Grants, RoleStore } from './role-store.ts';

/** `lacks-factor`: the roles would permit it, and ADMIN_TWO_FACTOR does not before a second factor is set up. */
export type Permit = 'granted' | 'refused' | 'lacks-factor';

/** What somebody may do now: by their roles, and where it is demanded by having a second factor (ASVS 5.0, 6.3.3 and 8.3.1). */
export class Permits {
  readonly #roles: RoleStore;
  readonly #factors: SecondFactors;
  readonly #demanded: boolean;

  constructor(roles: RoleStore, factors: SecondFactors, { env }: AccountsConfig) {
    this.#roles = roles;
    this.#factors = factors;
    this.#demanded = env.ADMIN_TWO_FACTOR === 'required';
  }

  async of(db: Sql, userId: string, permission: string): Promise<Permit> {
    const { permissions } = await this.#roles.grantsOf(db, userId);
    if (!permissions.includes(permission)) return 'refused';
    return this.#demanded && !(await this.#hasFactor(db, userId)) ? 'lacks-factor' : 'granted';
  }

  /** What an access token may say to other services, which look nothing up: no permission that does not count here. */
  async grantsOf(db: Sql, userId: string): Promise<Grants> {
    const grants = await this.#roles.grantsOf(db, userId);
    return (await this.lacksFactor(db, userId)) ? { ...grants, permissions: [] } : grants;
  }

  /** Whether the person has permissions of which none counts before they have set a second factor up. */
  async lacksFactor(db: Sql, userId: string): Promise<boolean> {
    if (!this.#demanded || (await this.#hasFactor(db, userId))) return false;
    return (await this.#roles.grantsOf(db, userId)).permissions.length > 0;
  }

  async #hasFactor(db: Sql, userId: string): Promise<boolean> {
    return (await this.#factors.since(db, userId)) !== null;
  }
}
