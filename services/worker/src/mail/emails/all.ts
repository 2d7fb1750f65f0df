// One line a mail: this list is what adding a mail edits.
export { AccountDisabledMail } from './account-disabled.ts';
export { AccountEnabledMail } from './account-enabled.ts';
export { AccountErasedMail } from './account-erased.ts';
export { AddressTakenMail } from './address-taken.ts';
export { AlreadyRegisteredMail } from './already-registered.ts';
export { EmailChangeMail } from './email-change.ts';
export { EmailChangeNoticeMail } from './email-change-notice.ts';
export { EmailChangedMail } from './email-changed.ts';
export { NewDeviceMail } from './new-device.ts';
export { PasswordChangedMail } from './password-changed.ts';
export { PasswordResetMail } from './password-reset.ts';
export { RolesChangedMail } from './roles-changed.ts';
export { TwoFactorDisabledMail } from './two-factor-disabled.ts';
export { TwoFactorEnabledMail } from './two-factor-enabled.ts';
export { VerificationMail } from './verification.ts';
export { WelcomeMail } from './welcome.ts';
