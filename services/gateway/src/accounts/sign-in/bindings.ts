import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { PasswordHasher } from '../passwords/password-hasher.ts';
import { Sessions } from '../sessions/sessions.ts';
import { SecondFactorGate } from '../two-factor/second-factor-gate.ts';
import { UserStore } from '../users/user-store.ts';
import { Credentials } from './credentials.ts';
import { DeviceStore } from './device-store.ts';
import { Devices } from './devices.ts';
import { GuessStore } from './guess-store.ts';
import { Guesses } from './guesses.ts';
import { PasswordCounts } from './password-counts.ts';
import { PasswordLimits } from './password-limits.ts';
import { SignIn } from './sign-in.ts';
import { SignInCompletion } from './sign-in-completion.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { SqlDeviceStore } from './sql-device-store.ts';
import { SqlGuessStore } from './sql-guess-store.ts';
import { SqlPasswordCounts } from './sql-password-counts.ts';
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
  bindClass(container, SignIn, SignIn, [Credentials, SignInCompletion, SecondFactorGate, Journal]);
  bindRoutes(container, signInRoutes, [SignIn]);
}
