import { bindClass, Clock, Database, Logger, Metrics } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Guesses } from '../guessing/guesses.ts';
import { PasswordLimits } from '../guessing/password-limits.ts';
import { Links } from '../links/links.ts';
import { Endings } from '../sessions/endings.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { Sessions } from '../sessions/sessions.ts';
import { UserStore } from '../users/user-store.ts';
import { Argon2PasswordHasher } from './argon2-password-hasher.ts';
import { BreachCheck, NoBreachCheck } from './breach-check.ts';
import { FormerPasswordStore } from './former-password-store.ts';
import { FormerPasswords } from './former-passwords.ts';
import { HashQueue } from './hash-queue.ts';
import { NewPasswords } from './new-passwords.ts';
import { OwnFactors } from './own-factors.ts';
import { OwnPassword } from './own-password.ts';
import { PasswordChange } from './password-change.ts';
import { PasswordConfirmation } from './password-confirmation.ts';
import { PasswordHasher } from './password-hasher.ts';
import { PasswordPolicy } from './password-policy.ts';
import { PasswordReplacement } from './password-replacement.ts';
import { passwordRoutes } from './password-routes.ts';
import { RangeBreachCheck } from './range-breach-check.ts';
import { SqlFormerPasswordStore } from './sql-former-password-store.ts';

export const passwordsModule = new ContainerModule((module) => {
  module
    .bind(HashQueue)
    .toResolvedValue(
      ({ env }: AccountsConfig, metrics: Metrics) => {
        const queue = new HashQueue({ concurrency: env.HASH_CONCURRENCY, limit: env.HASH_QUEUE_LIMIT });
        metrics.gauge('password_hash_queue_length', 'Requests that wait for a password hash', [], (gauge) =>
          gauge.set(undefined, queue.length),
        );
        return queue;
      },
      [AccountsConfig, Metrics],
    )
    .inSingletonScope();
  module
    .bind(BreachCheck)
    .toResolvedValue(
      ({ env }: AccountsConfig, logger: Logger, metrics: Metrics) =>
        env.BREACH_CHECK_URL ? new RangeBreachCheck(env.BREACH_CHECK_URL, logger, metrics) : new NoBreachCheck(),
      [AccountsConfig, Logger, Metrics],
    )
    .inSingletonScope();
  bindClass(module, PasswordHasher, Argon2PasswordHasher, [HashQueue, AccountsConfig]);
  bindClass(module, PasswordPolicy, PasswordPolicy, [AccountsConfig, BreachCheck]);
  bindClass(module, NewPasswords, NewPasswords, [PasswordPolicy, PasswordHasher]);
  bindClass(module, OwnPassword, OwnPassword, [PasswordHasher, Guesses, Journal, PasswordLimits]);
  bindClass(module, OwnFactors, OwnFactors, [Database, OwnPassword, SecondFactors, PasswordLimits, Journal, Clock]);
  bindClass(module, FormerPasswordStore, SqlFormerPasswordStore, []);
  bindClass(module, FormerPasswords, FormerPasswords, [FormerPasswordStore, Clock]);
  bindClass(module, PasswordReplacement, PasswordReplacement, [
    UserStore,
    Endings,
    Links,
    FormerPasswords,
    Guesses,
    Journal,
    Clock,
  ]);
  bindClass(module, PasswordChange, PasswordChange, [
    LiveAccounts,
    OwnFactors,
    NewPasswords,
    PasswordReplacement,
    PasswordLimits,
  ]);
  bindClass(module, PasswordConfirmation, PasswordConfirmation, [LiveAccounts, OwnFactors, Sessions, Journal]);
  bindRoutes(module, passwordRoutes, [PasswordChange, PasswordConfirmation, SecondFactors, Database]);
});
