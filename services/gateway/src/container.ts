import { Outbox } from '@postern/queue';
import { bindClass, bindConstant, Clock, Database, Logger, Metrics, SystemClock, type Token } from '@postern/runtime';
import { Container } from 'inversify';
import { AuditLog } from './accounts/audit/audit-log.ts';
import { Journal } from './accounts/audit/journal.ts';
import { SqlAuditLog } from './accounts/audit/sql-audit-log.ts';
import { AccountsConfig } from './accounts/config.ts';
import { LinkTokenStore } from './accounts/links/link-token-store.ts';
import { Links } from './accounts/links/links.ts';
import { SqlLinkTokenStore } from './accounts/links/sql-link-token-store.ts';
import { Argon2PasswordHasher } from './accounts/passwords/argon2-password-hasher.ts';
import { BreachCheck, NoBreachCheck } from './accounts/passwords/breach-check.ts';
import { HashQueue } from './accounts/passwords/hash-queue.ts';
import { NewPasswords } from './accounts/passwords/new-passwords.ts';
import { PasswordHasher } from './accounts/passwords/password-hasher.ts';
import { PasswordPolicy } from './accounts/passwords/password-policy.ts';
import { RangeBreachCheck } from './accounts/passwords/range-breach-check.ts';
import { Registration } from './accounts/registration/registration.ts';
import { registrationRoutes } from './accounts/registration/registration-routes.ts';
import { AccessTokens } from './accounts/tokens/access-tokens.ts';
import { KeyRing } from './accounts/tokens/key-ring.ts';
import { RefreshTokens } from './accounts/tokens/refresh-tokens.ts';
import { SecretBox } from './accounts/tokens/secret-box.ts';
import { SigningKeyStore } from './accounts/tokens/signing-key-store.ts';
import { SqlSigningKeyStore } from './accounts/tokens/sql-signing-key-store.ts';
import { TokenAuthenticator } from './accounts/tokens/token-authenticator.ts';
import { SqlUserStore } from './accounts/users/sql-user-store.ts';
import { UserStore } from './accounts/users/user-store.ts';
import type { GatewayConfig } from './config.ts';
import { Authenticator, type Route } from './http/route.ts';
import { EventPublisher } from './outbox/event-publisher.ts';

/** What has to be opened, and in the end closed, in an order that `main.ts` knows. */
export interface Resources {
  database: Database;
  outbox: Outbox;
  logger: Logger;
  metrics: Metrics;
}

/** The operations of all capabilities: `container.getAll(Routes)`. */
export abstract class Routes extends Array<Route> {}

type Tokens<Args extends readonly unknown[]> = { [Index in keyof Args]: Token<Args[Index]> };

/** Adds a capability's operations, made of the instances of `dependencies`. */
function bindRoutes<Args extends unknown[]>(
  container: Container,
  make: (...args: Args) => Route[],
  dependencies: [...Tokens<Args>],
): void {
  container
    .bind(Routes)
    .toResolvedValue((...args: unknown[]) => make(...(args as Args)), dependencies as Token<unknown>[])
    .inSingletonScope();
}

/** The composition root: the only place that knows which class stands behind which port. */
export function createContainer({ accounts }: GatewayConfig, resources: Resources): Container {
  const container = new Container();
  bindConstant(container, Database, resources.database);
  bindConstant(container, Outbox, resources.outbox);
  bindConstant(container, Logger, resources.logger);
  bindConstant(container, Metrics, resources.metrics);
  bindConstant(container, AccountsConfig, accounts);
  bindClass(container, Clock, SystemClock, []);
  bindClass(container, EventPublisher, EventPublisher, [Outbox]);
  bindPeople(container);
  bindPasswords(container, accounts, resources);
  bindTokens(container);
  bindClass(container, Registration, Registration, [UserStore, Links, NewPasswords, Journal]);
  bindRoutes(container, registrationRoutes, [Registration, AccountsConfig, Metrics]);
  return container;
}

function bindPeople(container: Container): void {
  bindClass(container, UserStore, SqlUserStore, [Clock]);
  bindClass(container, AuditLog, SqlAuditLog, [Clock]);
  bindClass(container, Journal, Journal, [AuditLog, EventPublisher, Database]);
  bindClass(container, LinkTokenStore, SqlLinkTokenStore, []);
  bindClass(container, Links, Links, [LinkTokenStore, AccountsConfig, Clock]);
}

function bindPasswords(container: Container, { env }: AccountsConfig, { logger, metrics }: Resources): void {
  const queue = new HashQueue({ concurrency: env.HASH_CONCURRENCY, limit: env.HASH_QUEUE_LIMIT });
  const { BREACH_CHECK_URL: url } = env;
  bindConstant(container, HashQueue, queue);
  bindConstant(container, BreachCheck, url ? new RangeBreachCheck(url, logger, metrics) : new NoBreachCheck());
  bindClass(container, PasswordHasher, Argon2PasswordHasher, [HashQueue, AccountsConfig]);
  bindClass(container, PasswordPolicy, PasswordPolicy, [AccountsConfig, BreachCheck]);
  bindClass(container, NewPasswords, NewPasswords, [PasswordPolicy, PasswordHasher]);
}

function bindTokens(container: Container): void {
  bindClass(container, SecretBox, SecretBox, [AccountsConfig]);
  bindClass(container, SigningKeyStore, SqlSigningKeyStore, [Database]);
  bindClass(container, KeyRing, KeyRing, [SigningKeyStore, SecretBox, AccountsConfig, Clock]);
  bindClass(container, AccessTokens, AccessTokens, [KeyRing, AccountsConfig, Clock]);
  bindClass(container, RefreshTokens, RefreshTokens, [SecretBox]);
  bindClass(container, Authenticator, TokenAuthenticator, [AccessTokens, Clock]);
}
