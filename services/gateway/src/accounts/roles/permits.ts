import { ConfigError, type Sql } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Grants, RoleStore } from './role-store.ts';

/** `lacks-factor`: the roles would permit it, and ADMIN_TWO_FACTOR does not before a second factor is set up. */
type Permit = 'granted' | 'refused' | 'lacks-factor';

/** What somebody may do now: by their roles, and where it is demanded by having a second factor (ASVS 5.0, 6.3.3 and 8.3.1). */
export class Permits {
  readonly #roles: RoleStore;
  readonly #factors: SecondFactors;
  readonly #demanded: boolean;

  /** @throws ConfigError where a second factor is demanded, and none is offered: nobody could administer anything */
  constructor(roles: RoleStore, factors: SecondFactors, { env }: AccountsConfig) {
    this.#roles = roles;
    this.#factors = factors;
    this.#demanded = env.ADMIN_TWO_FACTOR === 'required';
    if (this.#demanded && !factors.offered) {
      throw new ConfigError([
        'ADMIN_TWO_FACTOR: is required, and nobody can have a second factor: capabilities.ts lacks two-factor, set it to off',
      ]);
    }
  }

  async of(db: Sql, userId: string, permission: string): Promise<Permit> {
    const grants = await this.#roles.grantsOf(db, userId);
    if (!grants.permissions.includes(permission)) return 'refused';
    return (await this.#isWithheld(db, userId, grants)) ? 'lacks-factor' : 'granted';
  }

  /** What an access token may say to other services, which look nothing up: no permission, and no role that permits, which does not count here. */
  async grantsOf(db: Sql, userId: string): Promise<Grants> {
    const grants = await this.#roles.grantsOf(db, userId);
    if (!(await this.#isWithheld(db, userId, grants))) return grants;
    const roles = await this.#roles.all(db);
    const permitting = roles.filter(({ permissions }) => permissions.length > 0).map(({ name }) => name);
    return { roles: grants.roles.filter((role) => !permitting.includes(role)), permissions: [] };
  }

  /** Whether the person has permissions of which none counts before they have set a second factor up. */
  async lacksFactor(db: Sql, userId: string): Promise<boolean> {
    return this.#demanded && this.#isWithheld(db, userId, await this.#roles.grantsOf(db, userId));
  }

  async #isWithheld(db: Sql, userId: string, { permissions }: Grants): Promise<boolean> {
    return this.#demanded && permissions.length > 0 && (await this.#factors.since(db, userId)) === null;
  }
}
