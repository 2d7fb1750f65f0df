import { bindClass, Metrics } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { RoleAssignment } from '../roles/role-assignment.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { UserStore } from '../users/user-store.ts';
import { AdminCreation } from './admin-creation.ts';
import { Registration } from './registration.ts';
import { registrationRoutes } from './registration-routes.ts';

export const registrationModule = new ContainerModule((module) => {
  bindClass(module, Registration, Registration, [UserStore, SignUps, NewPasswords, Journal]);
  bindClass(module, AdminCreation, AdminCreation, [ProvenAddresses, NewPasswords, RoleAssignment, Journal]);
  bindRoutes(module, registrationRoutes, [Registration, SignUpCookie, AccountsConfig, Metrics]);
});
