import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { UserStore } from '../users/user-store.ts';
import { LastAdmin } from './last-admin.ts';
import { Permits } from './permits.ts';
import { RoleAssignment } from './role-assignment.ts';
import { roleRoutes } from './role-routes.ts';
import { RoleStore } from './role-store.ts';
import { SqlRoleStore } from './sql-role-store.ts';

export const rolesModule = new ContainerModule((module) => {
  bindClass(module, RoleStore, SqlRoleStore, []);
  bindClass(module, Permits, Permits, [RoleStore, SecondFactors, AccountsConfig]);
  bindClass(module, LastAdmin, LastAdmin, [RoleStore]);
  bindClass(module, RoleAssignment, RoleAssignment, [UserStore, RoleStore, LastAdmin, Journal]);
  bindRoutes(module, roleRoutes, [RoleAssignment, RoleStore]);
});
