import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { RoleAssignment } from '../roles/role-assignment.ts';
import { Endings } from '../sessions/endings.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountSwitch } from './account-switch.ts';
import { AdminCreation } from './admin-creation.ts';
import { auditRoutes } from './audit-routes.ts';
import { userAdminRoutes } from './user-admin-routes.ts';

export const administrationModule = new ContainerModule((module) => {
  bindClass(module, AccountSwitch, AccountSwitch, [UserStore, Endings, LastAdmin, Journal]);
  bindClass(module, AdminCreation, AdminCreation, [ProvenAddresses, NewPasswords, RoleAssignment, Journal]);
  bindRoutes(module, userAdminRoutes, [UserStore, AccountSwitch]);
  bindRoutes(module, auditRoutes, [Journal]);
});
