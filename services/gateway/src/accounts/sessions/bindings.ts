import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { Endings } from '../endings/endings.ts';
import { Links } from '../links/links.ts';
import { Permits } from '../roles/permits.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import { RefreshTokens } from '../tokens/refresh-tokens.ts';
import { ChallengeStore } from '../two-factor/challenge-store.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountAccess } from './account-access.ts';
import { LiveAccounts } from './live-accounts.ts';
import { RefreshRules } from './refresh-rules.ts';
import { Refreshing } from './refreshing.ts';
import { refreshRoutes, sessionRoutes } from './session-routes.ts';
import { SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';
import { SignOut } from './sign-out.ts';
import { SqlLiveAccounts } from './sql-live-accounts.ts';
import { SqlSessionStore } from './sql-session-store.ts';
import { TokenPairs } from './token-pairs.ts';

export function bindSessions(container: Container): void {
  bindClass(container, SessionStore, SqlSessionStore, []);
  bindClass(container, LiveAccounts, SqlLiveAccounts, [Clock]);
  bindClass(container, AccountAccess, AccountAccess, [LiveAccounts, Permits, Journal, Database]);
  bindClass(container, TokenPairs, TokenPairs, [AccessTokens, RefreshTokens, Permits]);
  bindClass(container, Sessions, Sessions, [SessionStore, TokenPairs, AccountsConfig, Clock]);
  bindClass(container, RefreshRules, RefreshRules, [AccountsConfig, Clock]);
  bindClass(container, Refreshing, Refreshing, [SessionStore, TokenPairs, RefreshRules, Journal]);
  bindClass(container, Endings, Endings, [Sessions, Links, ChallengeStore, UserStore]);
  bindClass(container, SignOut, SignOut, [Sessions, LiveAccounts, Endings, Journal]);
  bindRoutes(container, refreshRoutes, [Refreshing, Database]);
  bindRoutes(container, sessionRoutes, [SignOut]);
}
