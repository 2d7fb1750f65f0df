import { bindClass, Clock } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { SqlUserStore } from './sql-user-store.ts';
import { UserStore } from './user-store.ts';

export const usersModule = new ContainerModule((module) => {
  bindClass(module, UserStore, SqlUserStore, [Clock]);
});
