import type { Sql } from '@postern/runtime';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { RoleStore } from '../roles/role-store.ts';
import type { PendingSignUp } from '../sign-ups/pending-sign-up.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';
import type { User } from '../users/user.ts';

interface Facts {
  roles: string[];
  secondFactorSince: Date | null;
  /** That strangers, or the person again, made with the address. */
  signUps: PendingSignUp[];
}

/** What is known of an account beside the person and their sessions. */
export class AccountFacts {
  readonly #roles: RoleStore;
  readonly #factors: SecondFactors;
  readonly #signUps: SignUps;

  constructor(roles: RoleStore, factors: SecondFactors, signUps: SignUps) {
    this.#roles = roles;
    this.#factors = factors;
    this.#signUps = signUps;
  }

  async of(db: Sql, { id, email }: Pick<User, 'id' | 'email'>): Promise<Facts> {
    const { roles } = await this.#roles.grantsOf(db, id);
    const secondFactorSince = await this.#factors.since(db, id);
    const signUps = await this.#signUps.ofAddress(db, email);
    return { roles, secondFactorSince, signUps };
  }
}
