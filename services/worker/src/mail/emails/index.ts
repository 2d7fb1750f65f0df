import { MailCatalog } from '../mail-catalog.ts';
import { AccountDisabledMail } from './account-disabled.ts';
import { AccountEnabledMail } from './account-enabled.ts';
import { AccountErasedMail } from './account-erased.ts';
import { AlreadyRegisteredMail } from './already-registered.ts';
import { EmailChangeMail } from './email-change.ts';
import { EmailChangeNoticeMail } from './email-change-notice.ts';
import { EmailChangedMail } from './email-changed.ts';
import { NewDeviceMail } from './new-device.ts';
import { PasswordChangedMail } from './password-changed.ts';
import { PasswordResetMail } from './password-reset.ts';
import { RolesChangedMail } from './roles-changed.ts';
import { TwoFactorDisabledMail } from './two-factor-disabled.ts';
import { TwoFactorEnabledMail } from './two-factor-enabled.ts';
import { VerificationMail } from './verification.ts';
import { WelcomeMail } from './welcome.ts';

/** Every mail the worker can send. A new one: its file, and its name here. */
export const mails = new MailCatalog([
  VerificationMail,
  WelcomeMail,
  AlreadyRegisteredMail,
  PasswordResetMail,
  PasswordChangedMail,
  EmailChangeMail,
  EmailChangeNoticeMail,
  EmailChangedMail,
  NewDeviceMail,
  TwoFactorEnabledMail,
  TwoFactorDisabledMail,
  AccountDisabledMail,
  AccountEnabledMail,
  AccountErasedMail,
  RolesChangedMail,
]);

export {
  AccountDisabledMail,
  AccountEnabledMail,
  AccountErasedMail,
  AlreadyRegisteredMail,
  EmailChangedMail,
  EmailChangeMail,
  EmailChangeNoticeMail,
  NewDeviceMail,
  PasswordChangedMail,
  PasswordResetMail,
  RolesChangedMail,
  TwoFactorDisabledMail,
  TwoFactorEnabledMail,
  VerificationMail,
  WelcomeMail,
};
