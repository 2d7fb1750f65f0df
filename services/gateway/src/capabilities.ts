// One line a capability: this list is what adding one edits. Without its line, a capability that no other one needs (two-factor, recovery,
// administration, privacy, the webhooks, ...) is gone: its routes answer 404 and are not in /openapi.json.
export { administrationModule } from './accounts/administration/administration.module.ts';
export { auditModule } from './accounts/audit/audit.module.ts';
export { factorsModule } from './accounts/factors/factors.module.ts';
export { guessingModule } from './accounts/guessing/guessing.module.ts';
export { linksModule } from './accounts/links/links.module.ts';
export { passwordsModule } from './accounts/passwords/passwords.module.ts';
export { privacyModule } from './accounts/privacy/privacy.module.ts';
export { profileModule } from './accounts/profile/profile.module.ts';
export { recoveryModule } from './accounts/recovery/recovery.module.ts';
export { registrationModule } from './accounts/registration/registration.module.ts';
export { rolesModule } from './accounts/roles/roles.module.ts';
export { sessionsModule } from './accounts/sessions/sessions.module.ts';
export { signInModule } from './accounts/sign-in/sign-in.module.ts';
export { signUpsModule } from './accounts/sign-ups/sign-ups.module.ts';
export { tokensModule } from './accounts/tokens/tokens.module.ts';
export { twoFactorModule } from './accounts/two-factor/two-factor.module.ts';
export { usersModule } from './accounts/users/users.module.ts';
export { verificationModule } from './accounts/verification/verification.module.ts';
export { mailFeedbackModule } from './mail-feedback/mail-feedback.module.ts';
export { unsubscribeModule } from './unsubscribe/unsubscribe.module.ts';
