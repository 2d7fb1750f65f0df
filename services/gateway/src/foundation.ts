// What the capabilities are built on, and what every front door does: people sign up, confirm their address, sign in and see who they are.
// No line of these can be missing. A product that does one of them in its own way has its own module in that line.
export { auditModule } from './accounts/audit/audit.module.ts';
export { factorsModule } from './accounts/factors/factors.module.ts';
export { guessingModule } from './accounts/guessing/guessing.module.ts';
export { linksModule } from './accounts/links/links.module.ts';
export { passwordsModule } from './accounts/passwords/passwords.module.ts';
export { profileModule } from './accounts/profile/profile.module.ts';
export { registrationModule } from './accounts/registration/registration.module.ts';
export { rolesModule } from './accounts/roles/roles.module.ts';
export { sessionsModule } from './accounts/sessions/sessions.module.ts';
export { signInModule } from './accounts/sign-in/sign-in.module.ts';
export { signUpsModule } from './accounts/sign-ups/sign-ups.module.ts';
export { tokensModule } from './accounts/tokens/tokens.module.ts';
export { usersModule } from './accounts/users/users.module.ts';
export { verificationModule } from './accounts/verification/verification.module.ts';
