import { bindClass } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Guesses } from '../guessing/guesses.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { RoleStore } from '../roles/role-store.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { Sessions } from '../sessions/sessions.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { AccountFacts } from './account-facts.ts';
import { DataExport } from './data-export.ts';
import { Erasure } from './erasure.ts';
import { PersonalTables } from './personal-tables.ts';
import { privacyRoutes } from './privacy-routes.ts';

export function bindPrivacy(container: Container): void {
  bindClass(container, PersonalTables, PersonalTables, [Guesses, SignUps]);
  bindClass(container, AccountFacts, AccountFacts, [RoleStore, SecondFactors, SignUps]);
  bindClass(container, DataExport, DataExport, [LiveAccounts, Sessions, AccountFacts, Journal]);
  bindClass(container, Erasure, Erasure, [LiveAccounts, LastAdmin, PersonalTables, Journal]);
  bindRoutes(container, privacyRoutes, [DataExport, Erasure, AccountsConfig]);
}
