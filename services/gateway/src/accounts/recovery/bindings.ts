import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { Guesses } from '../guessing/guesses.ts';
import { Links } from '../links/links.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { PasswordReplacement } from '../passwords/password-replacement.ts';
import { UserStore } from '../users/user-store.ts';
import { Recovery } from './recovery.ts';
import { RecoveryEffects } from './recovery-effects.ts';
import { RecoveryRequests } from './recovery-requests.ts';
import { recoveryRequestRoutes, recoveryRoutes } from './recovery-routes.ts';

export function bindRecovery(container: Container): void {
  bindClass(container, RecoveryRequests, RecoveryRequests, [UserStore, Links, Journal, Clock]);
  bindClass(container, RecoveryEffects, RecoveryEffects, [PasswordReplacement, Guesses]);
  bindClass(container, Recovery, Recovery, [UserStore, Links, NewPasswords, RecoveryEffects]);
  bindRoutes(container, recoveryRequestRoutes, [RecoveryRequests, AccountsConfig]);
  bindRoutes(container, recoveryRoutes, [Recovery, AccountsConfig, Database]);
}
