import { bindClass, Clock, Database } from '@postern/runtime';
import type { Container } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { bindRoutes } from '../bind-routes.ts';
import { AccountsConfig } from '../config.ts';
import { Endings } from '../endings/endings.ts';
import { LiveAccounts } from '../sessions/live-accounts.ts';
import { Guesses } from '../sign-in/guesses.ts';
import { SignInCompletion } from '../sign-in/sign-in-completion.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { UserStore } from '../users/user-store.ts';
import { ChallengeStore } from './challenge-store.ts';
import { Challenges } from './challenges.ts';
import { CodeCheck } from './code-check.ts';
import { Enrolments } from './enrolments.ts';
import { SecondFactor } from './second-factor.ts';
import { SecondFactorGate } from './second-factor-gate.ts';
import { SecondFactorStore } from './second-factor-store.ts';
import { SecondStep } from './second-step.ts';
import { secondStepRoutes } from './second-step-routes.ts';
import { SqlChallengeStore } from './sql-challenge-store.ts';
import { SqlSecondFactorStore } from './sql-second-factor-store.ts';
import { twoFactorRoutes } from './two-factor-routes.ts';
import { TwoFactorSetup } from './two-factor-setup.ts';

export function bindTwoFactor(container: Container): void {
  bindClass(container, SecondFactorStore, SqlSecondFactorStore, []);
  bindClass(container, ChallengeStore, SqlChallengeStore, []);
  bindClass(container, SecondFactor, SecondFactor, [SecondFactorStore, SecretBox, Clock]);
  bindClass(container, Challenges, Challenges, [ChallengeStore, Clock]);
  bindClass(container, SecondFactorGate, SecondFactorGate, [SecondFactor, Challenges]);
  bindClass(container, CodeCheck, CodeCheck, [SecondFactor, Guesses, Journal, Database]);
  bindClass(container, SecondStep, SecondStep, [Challenges, CodeCheck, UserStore, SignInCompletion]);
  bindClass(container, TwoFactorSetup, TwoFactorSetup, [SecondFactorStore, SecretBox, Journal, Clock]);
  bindClass(container, Enrolments, Enrolments, [TwoFactorSetup, CodeCheck, LiveAccounts, Endings]);
  bindRoutes(container, twoFactorRoutes, [Enrolments, AccountsConfig, Database]);
  bindRoutes(container, secondStepRoutes, [SecondStep, Database]);
}
