import { UserRecoveryCodesRenewed } from '@postern/events';
import { RecoveryCodesRenewedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of new recovery codes. */
export const tellRecoveryCodesRenewed = listen(
  UserRecoveryCodesRenewed,
  'tell-recovery-codes-renewed',
  ({ data }, { mail }) => mail.queue(RecoveryCodesRenewedMail, { to: data.email, data }),
);
