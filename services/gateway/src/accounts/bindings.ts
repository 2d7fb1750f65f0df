import { bindClass, Clock, Database, Metrics } from '@postern/runtime';
import type { Container } from 'inversify';
import { EventPublisher } from '../outbox/event-publisher.ts';
import { unsubscribePage } from '../unsubscribe/unsubscribe-page.ts';
import { bindAdministration } from './administration/bindings.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Journal } from './audit/journal.ts';
import { SqlAuditLog } from './audit/sql-audit-log.ts';
import { bindRoutes } from './bind-routes.ts';
import { AccountsConfig } from './config.ts';
import { Guesses } from './guessing/guesses.ts';
import { PasswordLimits } from './guessing/password-limits.ts';
import { LinkTokenStore } from './links/link-token-store.ts';
import { Links } from './links/links.ts';
import { SqlLinkTokenStore } from './links/sql-link-token-store.ts';
import { bindPasswords } from './passwords/bindings.ts';
import { NewPasswords } from './passwords/new-passwords.ts';
import { PasswordHasher } from './passwords/password-hasher.ts';
import { bindPrivacy } from './privacy/bindings.ts';
import { bindProfile } from './profile/bindings.ts';
import { changeEmailPage } from './profile/change-email-page.ts';
import { EmailChange } from './profile/email-change.ts';
import { EmailChangeProof } from './profile/email-change-proof.ts';
import { bindRecovery } from './recovery/bindings.ts';
import { Recovery } from './recovery/recovery.ts';
import { resetPasswordPage } from './recovery/reset-password-page.ts';
import { Registration } from './registration/registration.ts';
import { registrationRoutes } from './registration/registration-routes.ts';
import { bindSessions } from './sessions/bindings.ts';
import { bindSignIn } from './sign-in/bindings.ts';
import { ProvenAddresses } from './sign-ups/proven-addresses.ts';
import { SignUpCookie } from './sign-ups/sign-up-cookie.ts';
import { SignUpProof } from './sign-ups/sign-up-proof.ts';
import { SignUpStore } from './sign-ups/sign-up-store.ts';
import { SignUps } from './sign-ups/sign-ups.ts';
import { SqlSignUpStore } from './sign-ups/sql-sign-up-store.ts';
import { bindTokens } from './tokens/bindings.ts';
import { bindTwoFactor } from './two-factor/bindings.ts';
import { SqlUserStore } from './users/sql-user-store.ts';
import { UserStore } from './users/user-store.ts';
import { resendVerificationPage } from './verification/resend-verification-page.ts';
import { Verification } from './verification/verification.ts';
import { VerificationRequests } from './verification/verification-requests.ts';
import { verificationRequestRoutes, verificationRoutes } from './verification/verification-routes.ts';
import { verifyEmailPage } from './verification/verify-email-page.ts';

/**
 * The accounts' part of the composition root. It takes `AccountsConfig`, `Clock`, `Database`, `Logger`, `Metrics` and
 * `EventPublisher`, and gives `Authenticator`, `KeyRing`, `AdminCreation` and, of every capability, `AccountRoutes`.
 */
export function bindAccounts(container: Container): void {
  bindClass(container, UserStore, SqlUserStore, [Clock]);
  bindClass(container, AuditLog, SqlAuditLog, [Clock]);
  bindClass(container, Journal, Journal, [AuditLog, EventPublisher, Database]);
  bindClass(container, LinkTokenStore, SqlLinkTokenStore, []);
  bindClass(container, Links, Links, [LinkTokenStore, AccountsConfig, Clock]);
  bindTokens(container);
  bindPasswords(container);
  bindSessions(container);
  bindSignIn(container);
  bindTwoFactor(container);
  bindSignUp(container);
  bindRecovery(container);
  bindProfile(container);
  bindPrivacy(container);
  bindAdministration(container);
  bindPages(container);
}

function bindSignUp(container: Container): void {
  bindClass(container, SignUpStore, SqlSignUpStore, []);
  bindClass(container, SignUps, SignUps, [SignUpStore, Links, AccountsConfig, Clock]);
  bindClass(container, SignUpProof, SignUpProof, [PasswordHasher, Guesses, Journal, PasswordLimits]);
  bindClass(container, SignUpCookie, SignUpCookie, [AccountsConfig]);
  bindClass(container, ProvenAddresses, ProvenAddresses, [UserStore, SignUps]);
  bindClass(container, Registration, Registration, [UserStore, SignUps, NewPasswords, Journal]);
  bindClass(container, Verification, Verification, [SignUps, SignUpProof, ProvenAddresses, Journal]);
  bindClass(container, VerificationRequests, VerificationRequests, [UserStore, SignUps, Journal, Clock]);
  bindRoutes(container, registrationRoutes, [Registration, SignUpCookie, AccountsConfig, Metrics]);
  bindRoutes(container, verificationRoutes, [Verification, Database]);
  bindRoutes(container, verificationRequestRoutes, [VerificationRequests, AccountsConfig]);
}

function bindPages(container: Container): void {
  bindRoutes(container, verifyEmailPage, [Verification, SignUpCookie, Database]);
  bindRoutes(container, resendVerificationPage, [VerificationRequests, SignUpCookie, AccountsConfig]);
  bindRoutes(container, resetPasswordPage, [Recovery, AccountsConfig, Database]);
  bindRoutes(container, changeEmailPage, [EmailChangeProof, EmailChange, Database]);
  bindRoutes(container, unsubscribePage, [AccountsConfig, EventPublisher]);
}
