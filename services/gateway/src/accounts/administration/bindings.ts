import { bindClass } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { Permits } from '../roles/permits.ts';
import { RoleAssignment } from '../roles/role-assignment.ts';
import { roleRoutes } from '../roles/role-routes.ts';
import { RoleStore } from '../roles/role-store.ts';
import { SqlRoleStore } from '../roles/sql-role-store.ts';
import { Endings } from '../sessions/endings.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountSwitch } from './account-switch.ts';
import { AdminCreation } from './admin-creation.ts';
import { auditRoutes } from './audit-routes.ts';
import { userAdminRoutes } from './user-admin-routes.ts';

export function bindAdministration(container: Container): void {
  bindClass(container, RoleStore, SqlRoleStore, []);
  bindClass(container, Permits, Permits, [RoleStore, SecondFactors, AccountsConfig]);
  bindClass(container, LastAdmin, LastAdmin, [RoleStore]);
  bindClass(container, AccountSwitch, AccountSwitch, [UserStore, Endings, LastAdmin, Journal]);
  bindClass(container, RoleAssignment, RoleAssignment, [UserStore, RoleStore, LastAdmin, Journal]);
  bindClass(container, AdminCreation, AdminCreation, [ProvenAddresses, NewPasswords, RoleAssignment, Journal]);
  bindRoutes(container, userAdminRoutes, [UserStore, AccountSwitch]);
  bindRoutes(container, roleRoutes, [RoleAssignment, RoleStore]);
  bindRoutes(container, auditRoutes, [Journal]);
}
