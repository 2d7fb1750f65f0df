import { UserSignedInWithRecoveryCode } from '@postern/events';
import { RecoveryCodeUsedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a sign-in with a recovery code. */
export const tellRecoveryCodeUsed = listen(
  UserSignedInWithRecoveryCode,
  'tell-recovery-code-used',
  ({ data }, { mail }) => mail.queue(RecoveryCodeUsedMail, { to: data.email, data }),
);
