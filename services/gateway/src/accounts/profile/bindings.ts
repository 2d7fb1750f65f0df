import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { Links } from '../links/links.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { UserStore } from '../users/user-store.ts';
import { EmailChange } from './email-change.ts';
import { EmailChangeNews } from './email-change-news.ts';
import { emailChangeRoutes } from './email-change-routes.ts';
import { ProfileChanges } from './profile-changes.ts';
import { profileRoutes } from './profile-routes.ts';

export function bindProfile(container: Container): void {
  bindClass(container, ProfileChanges, ProfileChanges, [LiveAccounts, UserStore, Journal]);
  bindClass(container, EmailChangeNews, EmailChangeNews, [Journal, Clock]);
  bindClass(container, EmailChange, EmailChange, [LiveAccounts, UserStore, Links, EmailChangeNews]);
  bindRoutes(container, profileRoutes, [LiveAccounts, ProfileChanges, Database]);
  bindRoutes(container, emailChangeRoutes, [EmailChange, AccountsConfig]);
}
