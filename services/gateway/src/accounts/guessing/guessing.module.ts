import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { RateLimitStore } from '../../http/limits/rate-limit-store.ts';
import { AccountsConfig } from '../config.ts';
import { GuessStore } from './guess-store.ts';
import { Guesses } from './guesses.ts';
import { PasswordCounts } from './password-counts.ts';
import { PasswordLimits } from './password-limits.ts';
import { SqlGuessStore } from './sql-guess-store.ts';

export const guessingModule = new ContainerModule((module) => {
  bindClass(module, GuessStore, SqlGuessStore, []);
  bindClass(module, Guesses, Guesses, [GuessStore, Database, AccountsConfig, Clock]);
  // In the table of the rate limits, which is swept with them; what is counted by is a keyed hash.
  module
    .bind(PasswordCounts)
    .toResolvedValue(
      (database: Database, { root }: AccountsConfig) =>
        new RateLimitStore(database, () => root.derive('password-counts')),
      [Database, AccountsConfig],
    )
    .inSingletonScope();
  bindClass(module, PasswordLimits, PasswordLimits, [PasswordCounts, AccountsConfig, Clock]);
});
