import { forgetPerson } from './forget-person.ts';
import type { Listener } from './listen.ts';
import { sendEmailChange } from './send-email-change.ts';
import { sendPasswordReset } from './send-password-reset.ts';
import { sendVerification } from './send-verification.ts';
import { sendVerificationAgain } from './send-verification-again.ts';
import { sendWelcome } from './send-welcome.ts';
import { tellAccountDisabled } from './tell-account-disabled.ts';
import { tellAccountEnabled } from './tell-account-enabled.ts';
import { tellAccountErased } from './tell-account-erased.ts';
import { tellAlreadyRegistered } from './tell-already-registered.ts';
import { tellEmailChangeRequested } from './tell-email-change-requested.ts';
import { tellEmailChanged } from './tell-email-changed.ts';
import { tellNewDevice } from './tell-new-device.ts';
import { tellPasswordChanged } from './tell-password-changed.ts';
import { tellRolesChanged } from './tell-roles-changed.ts';
import { tellTwoFactorDisabled } from './tell-two-factor-disabled.ts';
import { tellTwoFactorEnabled } from './tell-two-factor-enabled.ts';

/** Every listener. A new one: its file, and a line here. Two of one name stop the process at start. */
export const listeners: readonly Listener[] = [
  sendVerification,
  sendVerificationAgain,
  sendWelcome,
  tellAlreadyRegistered,
  sendPasswordReset,
  tellPasswordChanged,
  sendEmailChange,
  tellEmailChangeRequested,
  tellEmailChanged,
  tellNewDevice,
  tellTwoFactorEnabled,
  tellTwoFactorDisabled,
  tellRolesChanged,
  tellAccountDisabled,
  tellAccountEnabled,
  tellAccountErased,
  forgetPerson,
];
