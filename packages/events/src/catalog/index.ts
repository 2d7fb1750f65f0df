import type { MessageDefinition } from '../define.ts';
import { SendMail } from './send-mail.ts';
import { UserDisabled } from './user-disabled.ts';
import { UserEmailChangeRequested } from './user-email-change-requested.ts';
import { UserEmailChanged } from './user-email-changed.ts';
import { UserEmailResendRequested } from './user-email-resend-requested.ts';
import { UserEmailVerified } from './user-email-verified.ts';
import { UserEnabled } from './user-enabled.ts';
import { UserErased } from './user-erased.ts';
import { UserPasswordChanged } from './user-password-changed.ts';
import { UserPasswordResetRequested } from './user-password-reset-requested.ts';
import { UserRegistered } from './user-registered.ts';
import { UserRegistrationRepeated } from './user-registration-repeated.ts';
import { UserRolesChanged } from './user-roles-changed.ts';
import { UserSignedInFromNewDevice } from './user-signed-in-from-new-device.ts';
import { UserTwoFactorDisabled } from './user-two-factor-disabled.ts';
import { UserTwoFactorEnabled } from './user-two-factor-enabled.ts';

/** Every event there is; a consumer knows these. */
export const events: readonly MessageDefinition[] = [UserDisabled, UserEmailChangeRequested, UserEmailChanged, UserEmailResendRequested, UserEmailVerified, UserEnabled, UserErased, UserPasswordChanged, UserPasswordResetRequested, UserRegistered, UserRegistrationRepeated, UserRolesChanged, UserSignedInFromNewDevice, UserTwoFactorDisabled, UserTwoFactorEnabled];

/** Every job of the contract. */
export const jobs: readonly MessageDefinition[] = [SendMail];

export {SendMail, UserDisabled, UserEmailChangeRequested, UserEmailChanged, UserEmailResendRequested, UserEmailVerified, UserEnabled, UserErased, UserPasswordChanged, UserPasswordResetRequested, UserRegistered, UserRegistrationRepeated, UserRolesChanged, UserSignedInFromNewDevice, UserTwoFactorDisabled, UserTwoFactorEnabled};
