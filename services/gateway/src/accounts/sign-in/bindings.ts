import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { GuessStore } from '../guessing/guess-store.ts';
import { Guesses } from '../guessing/guesses.ts';
import { PasswordCounts } from '../guessing/password-counts.ts';
import { PasswordLimits } from '../guessing/password-limits.ts';
import { SqlGuessStore } from '../guessing/sql-guess-store.ts';
import { SqlPasswordCounts } from '../guessing/sql-password-counts.ts';
import { PasswordHasher } from '../passwords/password-hasher.ts';
import { Permits } from '../roles/permits.ts';
import { DeviceStore } from '../sessions/device-store.ts';
import { Devices } from '../sessions/devices.ts';
import { Sessions } from '../sessions/sessions.ts';
import { SignInCompletion } from '../sessions/sign-in-completion.ts';
import { SqlDeviceStore } from '../sessions/sql-device-store.ts';
import { UserStore } from '../users/user-store.ts';
import { Credentials } from './credentials.ts';
import { SignIn } from './sign-in.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { Throttle } from './throttle.ts';

export function bindSignIn(container: Container): void {
  bindClass(container, GuessStore, SqlGuessStore, []);
  bindClass(container, Guesses, Guesses, [GuessStore, Database, AccountsConfig, Clock]);
  bindClass(container, DeviceStore, SqlDeviceStore, []);
  bindClass(container, Devices, Devices, [DeviceStore, AccountsConfig, Clock]);
  bindClass(container, PasswordCounts, SqlPasswordCounts, [Database, AccountsConfig]);
  bindClass(container, PasswordLimits, PasswordLimits, [PasswordCounts, AccountsConfig, Clock]);
  bindClass(container, Throttle, Throttle, [Guesses, Devices, PasswordLimits]);
  bindClass(container, Credentials, Credentials, [Database, UserStore, PasswordHasher, Throttle]);
  bindClass(container, SignInCompletion, SignInCompletion, [Sessions, Devices, Journal, Clock]);
  bindClass(container, SignIn, SignIn, [Credentials, SignInCompletion, SecondFactors, Permits, Journal]);
  bindRoutes(container, signInRoutes, [SignIn]);
}
