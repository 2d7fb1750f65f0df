import { bindClass, Clock } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { Guesses } from '../guessing/guesses.ts';
import { PasswordLimits } from '../guessing/password-limits.ts';
import { Links } from '../links/links.ts';
import { PasswordHasher } from '../passwords/password-hasher.ts';
import { UserStore } from '../users/user-store.ts';
import { ProvenAddresses } from './proven-addresses.ts';
import { SignUpCookie } from './sign-up-cookie.ts';
import { SignUpProof } from './sign-up-proof.ts';
import { SignUpStore } from './sign-up-store.ts';
import { SignUps } from './sign-ups.ts';
import { SqlSignUpStore } from './sql-sign-up-store.ts';

export const signUpsModule = new ContainerModule((module) => {
  bindClass(module, SignUpStore, SqlSignUpStore, []);
  bindClass(module, SignUps, SignUps, [SignUpStore, Links, AccountsConfig, Clock]);
  bindClass(module, SignUpProof, SignUpProof, [PasswordHasher, Guesses, Journal, PasswordLimits]);
  bindClass(module, SignUpCookie, SignUpCookie, [AccountsConfig]);
  bindClass(module, ProvenAddresses, ProvenAddresses, [UserStore, SignUps]);
});
