import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { FormerPasswords } from '../passwords/former-passwords.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { Endings } from '../sessions/endings.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountSwitch } from './account-switch.ts';
import { AddressAssignment } from './address-assignment.ts';
import { auditRoutes } from './audit-routes.ts';
import { PasswordVoiding } from './password-voiding.ts';
import { userAdminRoutes } from './user-admin-routes.ts';

export const administrationModule = new ContainerModule((module) => {
  bindClass(module, AccountSwitch, AccountSwitch, [UserStore, Endings, LastAdmin, Journal]);
  bindClass(module, AddressAssignment, AddressAssignment, [
    UserStore,
    ProvenAddresses,
    NewPasswords,
    FormerPasswords,
    Endings,
    Journal,
  ]);
  bindClass(module, PasswordVoiding, PasswordVoiding, [UserStore, NewPasswords, Endings, Journal]);
  bindRoutes(module, userAdminRoutes, [UserStore, AccountSwitch]);
  bindRoutes(module, auditRoutes, [Journal]);
});
