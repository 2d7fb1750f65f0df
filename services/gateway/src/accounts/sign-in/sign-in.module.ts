import { bindClass, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import { Guesses } from '../guessing/guesses.ts';
import { PasswordLimits } from '../guessing/password-limits.ts';
import { PasswordHasher } from '../passwords/password-hasher.ts';
import { Permits } from '../roles/permits.ts';
import { Devices } from '../sessions/devices.ts';
import { SignInAnswer } from '../sessions/sign-in-answer.ts';
import { SignInCompletion } from '../sessions/sign-in-completion.ts';
import { UserStore } from '../users/user-store.ts';
import { Credentials } from './credentials.ts';
import { SignIn } from './sign-in.ts';
import { SignInLimits } from './sign-in-limits.ts';
import { signInRoutes } from './sign-in-routes.ts';

export const signInModule = new ContainerModule((module) => {
  bindClass(module, SignInLimits, SignInLimits, [Guesses, Devices, PasswordLimits]);
  bindClass(module, Credentials, Credentials, [Database, UserStore, PasswordHasher, SignInLimits]);
  bindClass(module, SignIn, SignIn, [Credentials, SignInCompletion, SecondFactors, Permits, Journal]);
  bindRoutes(module, signInRoutes, [SignIn, SignInAnswer]);
});
