import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { AccountsConfig } from '../config.ts';
import { GuessStore } from './guess-store.ts';
import { Guesses } from './guesses.ts';
import { PasswordCounts } from './password-counts.ts';
import { PasswordLimits } from './password-limits.ts';
import { SqlGuessStore } from './sql-guess-store.ts';
import { SqlPasswordCounts } from './sql-password-counts.ts';

export const guessingModule = new ContainerModule((module) => {
  bindClass(module, GuessStore, SqlGuessStore, []);
  bindClass(module, Guesses, Guesses, [GuessStore, Database, AccountsConfig, Clock]);
  bindClass(module, PasswordCounts, SqlPasswordCounts, [Database, AccountsConfig]);
  bindClass(module, PasswordLimits, PasswordLimits, [PasswordCounts, AccountsConfig, Clock]);
});
