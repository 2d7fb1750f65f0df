import type { Sql } from '@postern/runtime';
import type { RoleStore } from '../administration/role-store.ts';
import type { SecondFactorStore } from '../two-factor/second-factor-store.ts';

/** What is known of an account beside the person and their sessions. */
export class AccountFacts {
  readonly #roles: RoleStore;
  readonly #factors: SecondFactorStore;

  constructor(roles: RoleStore, factors: SecondFactorStore) {
    this.#roles = roles;
    this.#factors = factors;
  }

  async of(db: Sql, userId: string): Promise<{ roles: string[]; secondFactorSince: Date | null }> {
    const { roles } = await this.#roles.grantsOf(db, userId);
    const factor = await this.#factors.find(db, userId);
    return { roles, secondFactorSince: factor?.confirmedAt ?? null };
  }
}
