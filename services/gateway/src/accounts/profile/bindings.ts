import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { Links } from '../links/links.ts';
import { OwnPassword } from '../passwords/own-password.ts';
import { Endings } from '../sessions/endings.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { UserStore } from '../users/user-store.ts';
import { EmailChange } from './email-change.ts';
import { EmailChangeNews } from './email-change-news.ts';
import { EmailChangeProof } from './email-change-proof.ts';
import { EmailChangeRequests } from './email-change-requests.ts';
import { emailChangeRequestRoutes, emailChangeRoutes } from './email-change-routes.ts';
import { ProfileChanges } from './profile-changes.ts';
import { profileRoutes } from './profile-routes.ts';

export function bindProfile(container: Container): void {
  bindClass(container, ProfileChanges, ProfileChanges, [LiveAccounts, UserStore, Journal]);
  bindClass(container, EmailChangeNews, EmailChangeNews, [Journal, Clock]);
  bindClass(container, EmailChangeRequests, EmailChangeRequests, [LiveAccounts, UserStore, Links, EmailChangeNews]);
  bindClass(container, EmailChangeProof, EmailChangeProof, [UserStore, Links, OwnPassword]);
  bindClass(container, EmailChange, EmailChange, [EmailChangeProof, ProvenAddresses, Endings, EmailChangeNews]);
  bindRoutes(container, profileRoutes, [LiveAccounts, ProfileChanges, AccountsConfig, Database]);
  bindRoutes(container, emailChangeRequestRoutes, [EmailChangeRequests, AccountsConfig]);
  bindRoutes(container, emailChangeRoutes, [EmailChangeProof, EmailChange, Database]);
}
