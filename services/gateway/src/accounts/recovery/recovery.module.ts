import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { Links } from '../links/links.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { PasswordReplacement } from '../passwords/password-replacement.ts';
import { UserStore } from '../users/user-store.ts';
import { Recovery } from './recovery.ts';
import { RecoveryRequests } from './recovery-requests.ts';
import { recoveryRequestRoutes, recoveryRoutes } from './recovery-routes.ts';
import { resetPasswordPage } from './reset-password-page.ts';

export const recoveryModule = new ContainerModule((module) => {
  bindClass(module, RecoveryRequests, RecoveryRequests, [UserStore, Links, Journal, Clock]);
  bindClass(module, Recovery, Recovery, [UserStore, Links, NewPasswords, PasswordReplacement, Journal]);
  bindRoutes(module, recoveryRequestRoutes, [RecoveryRequests, AccountsConfig]);
  bindRoutes(module, recoveryRoutes, [Recovery, AccountsConfig, Database]);
  bindRoutes(module, resetPasswordPage, [Recovery, AccountsConfig, Database]);
});
