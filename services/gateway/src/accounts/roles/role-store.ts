import type { Sql, Transaction } from '@postern/runtime';

export interface Role {
  name: string;
  description: string;
  permissions: string[];
}

/** What a person may do. */
export interface Grants {
  roles: string[];
  permissions: string[];
}

/** Port: the tables of roles. `user` and `admin` are there from the first migration on. */
export abstract class RoleStore {
  abstract all(db: Sql): Promise<Role[]>;
  /** The person's roles and all that they permit, both sorted. */
  abstract grantsOf(db: Sql, userId: string): Promise<Grants>;
  abstract setRoles(tx: Transaction, userId: string, roles: readonly string[]): Promise<void>;
  /** Who has the role and may sign in, locked until the transaction ends, so that the last admin is not lost. */
  abstract lockHolders(tx: Transaction, role: string): Promise<string[]>;
}
