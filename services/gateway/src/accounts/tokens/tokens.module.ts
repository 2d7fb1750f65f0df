import { bindClass, Clock, Database, Logger } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { AccessTokens } from './access-tokens.ts';
import { jwksRoutes } from './jwks-routes.ts';
import { KeyOperations } from './key-operations.ts';
import { KeyRing } from './key-ring.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { Resealing } from './resealing.ts';
import { RootKeys } from './root-keys.ts';
import { SecretBox } from './secret-box.ts';
import { SigningKeyStore } from './signing-key-store.ts';
import { SqlSigningKeyStore } from './sql-signing-key-store.ts';

export const tokensModule = new ContainerModule((module) => {
  bindClass(module, SecretBox, SecretBox, [AccountsConfig]);
  bindClass(module, SigningKeyStore, SqlSigningKeyStore, [Database, Logger]);
  bindClass(module, KeyRing, KeyRing, [SigningKeyStore, SecretBox, AccountsConfig, Clock]);
  bindClass(module, AccessTokens, AccessTokens, [KeyRing, AccountsConfig, Clock]);
  bindClass(module, RefreshTokens, RefreshTokens, [AccountsConfig]);
  bindClass(module, RootKeys, RootKeys, [Database, SecretBox, AccountsConfig]);
  bindClass(module, Resealing, Resealing, [Database, SecretBox]);
  bindClass(module, KeyOperations, KeyOperations, [KeyRing, Resealing, Journal, AccountsConfig]);
  bindRoutes(module, jwksRoutes, [KeyRing]);
  bindRoutes(module, metadataRoutes, [AccountsConfig]);
});
