import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { Endings } from '../sessions/endings.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountSwitch } from './account-switch.ts';
import { auditRoutes } from './audit-routes.ts';
import { userAdminRoutes } from './user-admin-routes.ts';

export const administrationModule = new ContainerModule((module) => {
  bindClass(module, AccountSwitch, AccountSwitch, [UserStore, Endings, LastAdmin, Journal]);
  bindRoutes(module, userAdminRoutes, [UserStore, AccountSwitch]);
  bindRoutes(module, auditRoutes, [Journal]);
});
