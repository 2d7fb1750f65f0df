import { bindClass, Clock, Logger, Metrics } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { AccountsConfig } from '../config.ts';
import { LinkKeyWatch } from './link-key-watch.ts';
import { LinkTokenStore } from './link-token-store.ts';
import { Links } from './links.ts';
import { SqlLinkTokenStore } from './sql-link-token-store.ts';

export const linksModule = new ContainerModule((module) => {
  bindClass(module, LinkTokenStore, SqlLinkTokenStore, []);
  bindClass(module, LinkKeyWatch, LinkKeyWatch, [AccountsConfig, Metrics, Logger, Clock]);
  bindClass(module, Links, Links, [LinkTokenStore, AccountsConfig, Clock, LinkKeyWatch]);
});
