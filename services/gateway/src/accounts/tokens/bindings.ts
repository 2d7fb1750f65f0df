import { bindClass, Clock, Database, Logger } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { AccessTokens } from './access-tokens.ts';
import { jwksRoutes } from './jwks-routes.ts';
import { KeyOperations } from './key-operations.ts';
import { KeyRing } from './key-ring.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { Resealing } from './resealing.ts';
import { RootKeys } from './root-keys.ts';
import { SecretBox } from './secret-box.ts';
import { SigningKeyStore } from './signing-key-store.ts';
import { SqlSigningKeyStore } from './sql-signing-key-store.ts';

export function bindTokens(container: Container): void {
  bindClass(container, SecretBox, SecretBox, [AccountsConfig]);
  bindClass(container, SigningKeyStore, SqlSigningKeyStore, [Database, Logger]);
  bindClass(container, KeyRing, KeyRing, [SigningKeyStore, SecretBox, AccountsConfig, Clock]);
  bindClass(container, AccessTokens, AccessTokens, [KeyRing, AccountsConfig, Clock]);
  bindClass(container, RefreshTokens, RefreshTokens, [AccountsConfig]);
  bindClass(container, RootKeys, RootKeys, [Database, SecretBox, AccountsConfig]);
  bindClass(container, Resealing, Resealing, [Database, SecretBox]);
  bindClass(container, KeyOperations, KeyOperations, [KeyRing, Resealing, Journal, AccountsConfig]);
  bindRoutes(container, jwksRoutes, [KeyRing]);
}
