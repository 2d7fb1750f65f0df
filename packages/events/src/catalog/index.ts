// One line a message: this list is what adding an event edits.
export { SendMail } from './send-mail.ts';
export { UserDisabled } from './user-disabled.ts';
export { UserEmailChangeRequested } from './user-email-change-requested.ts';
export { UserEmailChanged } from './user-email-changed.ts';
export { UserEmailResendRequested } from './user-email-resend-requested.ts';
export { UserEmailVerified } from './user-email-verified.ts';
export { UserEnabled } from './user-enabled.ts';
export { UserErased } from './user-erased.ts';
export { UserPasswordChanged } from './user-password-changed.ts';
export { UserPasswordResetRequested } from './user-password-reset-requested.ts';
export { UserRegistered } from './user-registered.ts';
export { UserRegistrationRepeated } from './user-registration-repeated.ts';
export { UserRequestIgnored } from './user-request-ignored.ts';
export { UserRolesChanged } from './user-roles-changed.ts';
export { UserSignedInFromNewDevice } from './user-signed-in-from-new-device.ts';
export { UserTwoFactorDisabled } from './user-two-factor-disabled.ts';
export { UserTwoFactorEnabled } from './user-two-factor-enabled.ts';
