import { bindClass, Clock, Database, Metrics, type Token } from '@postern/runtime';
import type { Container } from 'inversify';
import { Authenticator, type Route } from '../http/route.ts';
import { EventPublisher } from '../outbox/event-publisher.ts';
import { verifyEmailPage } from '../pages/verify-email-page.ts';
import { AccountRoutes } from './account-routes.ts';
import { RoleStore } from './administration/role-store.ts';
import { SqlRoleStore } from './administration/sql-role-store.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Journal } from './audit/journal.ts';
import { SqlAuditLog } from './audit/sql-audit-log.ts';
import { AccountsConfig } from './config.ts';
import { LinkTokenStore } from './links/link-token-store.ts';
import { Links } from './links/links.ts';
import { SqlLinkTokenStore } from './links/sql-link-token-store.ts';
import { bindPasswords } from './passwords/bindings.ts';
import { NewPasswords } from './passwords/new-passwords.ts';
import { profileRoutes } from './profile/profile-routes.ts';
import { Registration } from './registration/registration.ts';
import { registrationRoutes } from './registration/registration-routes.ts';
import { bindSessions } from './sessions/bindings.ts';
import { LiveAccounts } from './sessions/live-accounts.ts';
import { bindSignIn } from './sign-in/bindings.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { signInRoutes } from './sign-in/sign-in-routes.ts';
import { AccessTokens } from './tokens/access-tokens.ts';
import { jwksRoutes } from './tokens/jwks-routes.ts';
import { KeyRing } from './tokens/key-ring.ts';
import { RefreshTokens } from './tokens/refresh-tokens.ts';
import { SecretBox } from './tokens/secret-box.ts';
import { SigningKeyStore } from './tokens/signing-key-store.ts';
import { SqlSigningKeyStore } from './tokens/sql-signing-key-store.ts';
import { TokenAuthenticator } from './tokens/token-authenticator.ts';
import { SqlUserStore } from './users/sql-user-store.ts';
import { UserStore } from './users/user-store.ts';
import { Verification } from './verification/verification.ts';
import { verificationRoutes } from './verification/verification-routes.ts';

/**
 * The accounts' part of the composition root. It takes `AccountsConfig`, `Clock`, `Database`, `Logger`, `Metrics` and
 * `EventPublisher`, and gives `Authenticator`, `KeyRing` and, of every capability, `AccountRoutes`.
 */
export function bindAccounts(container: Container): void {
  bindClass(container, SecretBox, SecretBox, [AccountsConfig]);
  bindClass(container, UserStore, SqlUserStore, [Clock]);
  bindClass(container, RoleStore, SqlRoleStore, []);
  bindClass(container, AuditLog, SqlAuditLog, [Clock]);
  bindClass(container, Journal, Journal, [AuditLog, EventPublisher, Database]);
  bindClass(container, LinkTokenStore, SqlLinkTokenStore, []);
  bindClass(container, Links, Links, [LinkTokenStore, AccountsConfig, Clock]);
  bindClass(container, SigningKeyStore, SqlSigningKeyStore, [Database]);
  bindClass(container, KeyRing, KeyRing, [SigningKeyStore, SecretBox, AccountsConfig, Clock]);
  bindClass(container, AccessTokens, AccessTokens, [KeyRing, AccountsConfig, Clock]);
  bindClass(container, RefreshTokens, RefreshTokens, [SecretBox]);
  bindClass(container, Authenticator, TokenAuthenticator, [AccessTokens, Clock]);
  bindPasswords(container);
  bindSessions(container);
  bindSignIn(container);
  bindClass(container, Registration, Registration, [UserStore, Links, NewPasswords, Journal]);
  bindClass(container, Verification, Verification, [UserStore, Links, Journal]);
  bindAccountRoutes(container);
}

function bindAccountRoutes(container: Container): void {
  bindRoutes(container, registrationRoutes, [Registration, AccountsConfig, Metrics]);
  bindRoutes(container, verificationRoutes, [Verification, AccountsConfig]);
  bindRoutes(container, signInRoutes, [SignIn]);
  bindRoutes(container, profileRoutes, [LiveAccounts, Database]);
  bindRoutes(container, jwksRoutes, [KeyRing]);
  bindRoutes(container, verifyEmailPage, [Verification, Database]);
}

type Tokens<Args extends readonly unknown[]> = { [Index in keyof Args]: Token<Args[Index]> };

/** Adds the routes that `make` makes of its dependencies to what `getAll(AccountRoutes)` finds. */
function bindRoutes<Args extends unknown[]>(
  container: Container,
  make: (...dependencies: Args) => Route[],
  dependencies: [...Tokens<Args>],
): void {
  container
    .bind(AccountRoutes)
    .toResolvedValue(
      (...args: unknown[]) => new AccountRoutes(make(...(args as Args))),
      dependencies as Token<unknown>[],
    )
    .inSingletonScope();
}
