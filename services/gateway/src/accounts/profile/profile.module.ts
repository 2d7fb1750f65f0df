import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { AccountAccess } from '../sessions/account-access.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { UserStore } from '../users/user-store.ts';
import { ProfileChanges } from './profile-changes.ts';
import { profileRoutes } from './profile-routes.ts';

export const profileModule = new ContainerModule((module) => {
  bindClass(module, ProfileChanges, ProfileChanges, [LiveAccounts, UserStore, Journal]);
  bindRoutes(module, profileRoutes, [AccountAccess, ProfileChanges, AccountsConfig]);
});
