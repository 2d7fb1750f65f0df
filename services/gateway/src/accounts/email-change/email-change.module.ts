import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Links } from '../links/links.ts';
import { FormerPasswords } from '../passwords/former-passwords.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { OwnPassword } from '../passwords/own-password.ts';
import { Endings } from '../sessions/endings.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { UserStore } from '../users/user-store.ts';
import { changeEmailPage } from './change-email-page.ts';
import { EmailChange } from './email-change.ts';
import { EmailChangeEvents } from './email-change-events.ts';
import { EmailChangeProof } from './email-change-proof.ts';
import { EmailChangeRequests } from './email-change-requests.ts';
import { emailChangeRequestRoutes, emailChangeRoutes } from './email-change-routes.ts';
import { EmailRestoration } from './email-restoration.ts';
import { EmailRestorationProof } from './email-restoration-proof.ts';
import { emailRestorationRoutes } from './email-restoration-routes.ts';
import { restoreEmailPage } from './restore-email-page.ts';

export const emailChangeModule = new ContainerModule((module) => {
  bindClass(module, EmailChangeEvents, EmailChangeEvents, [Journal, Clock]);
  bindClass(module, EmailChangeRequests, EmailChangeRequests, [LiveAccounts, UserStore, Links, EmailChangeEvents]);
  bindClass(module, EmailChangeProof, EmailChangeProof, [UserStore, Links, OwnPassword, Journal]);
  bindClass(module, EmailChange, EmailChange, [
    EmailChangeProof,
    ProvenAddresses,
    Endings,
    Links,
    EmailChangeEvents,
    Journal,
  ]);
  bindClass(module, EmailRestorationProof, EmailRestorationProof, [
    UserStore,
    Links,
    OwnPassword,
    FormerPasswords,
    SecondFactors,
    Journal,
  ]);
  bindClass(module, EmailRestoration, EmailRestoration, [
    EmailRestorationProof,
    NewPasswords,
    ProvenAddresses,
    Endings,
    FormerPasswords,
    SecondFactors,
    Links,
    EmailChangeEvents,
    Journal,
  ]);
  bindRoutes(module, emailChangeRequestRoutes, [EmailChangeRequests, AccountsConfig]);
  bindRoutes(module, emailChangeRoutes, [EmailChangeProof, EmailChange, AccountsConfig, Database]);
  bindRoutes(module, changeEmailPage, [EmailChangeProof, EmailChange, AccountsConfig, Database]);
  bindRoutes(module, emailRestorationRoutes, [EmailRestoration, SecondFactors, AccountsConfig, Database]);
  bindRoutes(module, restoreEmailPage, [EmailRestorationProof, EmailRestoration, AccountsConfig, Database]);
});
