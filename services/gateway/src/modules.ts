import type { ContainerModule } from 'inversify';
import { administrationModule } from './accounts/administration/administration.module.ts';
import { auditModule } from './accounts/audit/audit.module.ts';
import { factorsModule } from './accounts/factors/factors.module.ts';
import { guessingModule } from './accounts/guessing/guessing.module.ts';
import { linksModule } from './accounts/links/links.module.ts';
import { passwordsModule } from './accounts/passwords/passwords.module.ts';
import { privacyModule } from './accounts/privacy/privacy.module.ts';
import { profileModule } from './accounts/profile/profile.module.ts';
import { recoveryModule } from './accounts/recovery/recovery.module.ts';
import { registrationModule } from './accounts/registration/registration.module.ts';
import { rolesModule } from './accounts/roles/roles.module.ts';
import { sessionsModule } from './accounts/sessions/sessions.module.ts';
import { signInModule } from './accounts/sign-in/sign-in.module.ts';
import { signUpsModule } from './accounts/sign-ups/sign-ups.module.ts';
import { tokensModule } from './accounts/tokens/tokens.module.ts';
import { twoFactorModule } from './accounts/two-factor/two-factor.module.ts';
import { usersModule } from './accounts/users/users.module.ts';
import { verificationModule } from './accounts/verification/verification.module.ts';
import { mailFeedbackModule } from './mail-feedback/mail-feedback.module.ts';
import { unsubscribeModule } from './unsubscribe/unsubscribe.module.ts';

/**
 * What the gateway can do, one module a capability. Without its line, a capability that no other one needs (two-factor, recovery,
 * administration, privacy, the webhooks, ...) is gone: its routes answer 404 and are not in /openapi.json.
 */
export const modules: readonly ContainerModule[] = [
  usersModule,
  auditModule,
  linksModule,
  tokensModule,
  guessingModule,
  factorsModule,
  rolesModule,
  sessionsModule,
  passwordsModule,
  signUpsModule,
  registrationModule,
  verificationModule,
  recoveryModule,
  profileModule,
  signInModule,
  twoFactorModule,
  administrationModule,
  privacyModule,
  mailFeedbackModule,
  unsubscribeModule,
];
