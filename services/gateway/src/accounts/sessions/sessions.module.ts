import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Authenticator } from '../../http/route.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Links } from '../links/links.ts';
import { Permits } from '../roles/permits.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import { RefreshTokens } from '../tokens/refresh-tokens.ts';
import { RootKeys } from '../tokens/root-keys.ts';
import { UserStore } from '../users/user-store.ts';
import { AccountAccess } from './account-access.ts';
import { DeviceStore } from './device-store.ts';
import { Devices } from './devices.ts';
import { Endings } from './endings.ts';
import { LiveAccounts } from './live-accounts.ts';
import { Refreshing } from './refreshing.ts';
import { RootReplacement } from './root-replacement.ts';
import { SessionHolders } from './session-holders.ts';
import { refreshRoutes, sessionRoutes } from './session-routes.ts';
import { SessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';
import { SignInAnswer } from './sign-in-answer.ts';
import { SignInCompletion } from './sign-in-completion.ts';
import { SignOut } from './sign-out.ts';
import { SqlDeviceStore } from './sql-device-store.ts';
import { SqlLiveAccounts } from './sql-live-accounts.ts';
import { SqlSessionStore } from './sql-session-store.ts';
import { TokenAuthenticator } from './token-authenticator.ts';
import { TokenPairs } from './token-pairs.ts';

export const sessionsModule = new ContainerModule((module) => {
  bindClass(module, SessionStore, SqlSessionStore, []);
  bindClass(module, LiveAccounts, SqlLiveAccounts, [Clock]);
  bindClass(module, AccountAccess, AccountAccess, [LiveAccounts, Permits, Journal, Database]);
  bindClass(module, Authenticator, TokenAuthenticator, [AccessTokens, AccountAccess, SessionHolders, Clock]);
  bindClass(module, TokenPairs, TokenPairs, [AccessTokens, RefreshTokens, Permits]);
  bindClass(module, SessionHolders, SessionHolders, [SessionStore, TokenPairs, Database]);
  bindClass(module, Sessions, Sessions, [SessionStore, TokenPairs, AccountsConfig, Clock]);
  bindClass(module, Refreshing, Refreshing, [
    SessionStore,
    TokenPairs,
    Endings,
    UserStore,
    Journal,
    AccountsConfig,
    Clock,
  ]);
  bindClass(module, Endings, Endings, [Sessions, Links, SecondFactors, UserStore]);
  bindClass(module, SignOut, SignOut, [Sessions, LiveAccounts, Endings, Journal]);
  bindClass(module, DeviceStore, SqlDeviceStore, []);
  bindClass(module, Devices, Devices, [DeviceStore, AccountsConfig, Clock]);
  bindClass(module, SignInCompletion, SignInCompletion, [Sessions, Devices, Journal, Clock]);
  bindClass(module, SignInAnswer, SignInAnswer, [Endings, SessionHolders, Journal]);
  bindClass(module, RootReplacement, RootReplacement, [RootKeys, SessionStore, Journal, Database]);
  bindRoutes(module, refreshRoutes, [Refreshing, Database]);
  bindRoutes(module, sessionRoutes, [SignOut]);
});
