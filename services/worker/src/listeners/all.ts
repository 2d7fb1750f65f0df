// One line a listener: this list is what adding a listener edits.
export { forgetPerson } from './forget-person.ts';
export { sendEmailChange } from './send-email-change.ts';
export { sendPasswordReset } from './send-password-reset.ts';
export { sendVerification } from './send-verification.ts';
export { sendVerificationAgain } from './send-verification-again.ts';
export { sendWelcome } from './send-welcome.ts';
export { tellAccountDisabled } from './tell-account-disabled.ts';
export { tellAccountEnabled } from './tell-account-enabled.ts';
export { tellAccountErased } from './tell-account-erased.ts';
export { tellAlreadyRegistered } from './tell-already-registered.ts';
export { tellEmailChangeRequested } from './tell-email-change-requested.ts';
export { tellEmailChanged } from './tell-email-changed.ts';
export { tellNewDevice } from './tell-new-device.ts';
export { tellPasswordChanged } from './tell-password-changed.ts';
export { tellRolesChanged } from './tell-roles-changed.ts';
export { tellTwoFactorDisabled } from './tell-two-factor-disabled.ts';
export { tellTwoFactorEnabled } from './tell-two-factor-enabled.ts';
