import { bindClass } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Guesses } from '../guessing/guesses.ts';
import { Links } from '../links/links.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { RoleStore } from '../roles/role-store.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { Sessions } from '../sessions/sessions.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { DataExport } from './data-export.ts';
import { Erasure } from './erasure.ts';
import { PersonalTables } from './personal-tables.ts';
import { privacyRoutes } from './privacy-routes.ts';

export const privacyModule = new ContainerModule((module) => {
  bindClass(module, PersonalTables, PersonalTables, [Guesses, SignUps, Links]);
  bindClass(module, DataExport, DataExport, [LiveAccounts, Sessions, RoleStore, SecondFactors, SignUps, Journal]);
  bindClass(module, Erasure, Erasure, [LiveAccounts, LastAdmin, PersonalTables, Journal]);
  bindRoutes(module, privacyRoutes, [DataExport, Erasure, SecondFactors, AccountsConfig]);
});
