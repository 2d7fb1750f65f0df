import { bindClass, Clock, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../../http/bind-routes.ts';
import { Journal } from '../audit/journal.ts';
import { AccountsConfig } from '../config.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { SignUpProof } from '../sign-ups/sign-up-proof.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { UserStore } from '../users/user-store.ts';
import { resendVerificationPage } from './resend-verification-page.ts';
import { Verification } from './verification.ts';
import { VerificationRequests } from './verification-requests.ts';
import { verificationRequestRoutes, verificationRoutes } from './verification-routes.ts';
import { verifyEmailPage } from './verify-email-page.ts';

export const verificationModule = new ContainerModule((module) => {
  bindClass(module, Verification, Verification, [SignUps, SignUpProof, ProvenAddresses, Journal]);
  bindClass(module, VerificationRequests, VerificationRequests, [UserStore, SignUps, Journal, Clock]);
  bindRoutes(module, verificationRoutes, [Verification, SignUpCookie, AccountsConfig, Database]);
  bindRoutes(module, verificationRequestRoutes, [VerificationRequests, AccountsConfig]);
  bindRoutes(module, verifyEmailPage, [Verification, SignUpCookie, AccountsConfig, Database]);
  bindRoutes(module, resendVerificationPage, [VerificationRequests, SignUpCookie, AccountsConfig]);
});
