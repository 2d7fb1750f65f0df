import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { type Member, newPasswords, signIn } from './member.ts';

/** Forgets the password, and sets a new one by mail. */
export function recovery(member: Member): void {
  call('forgotPassword', 202, { body: { email: member.email } });
  const reset = `${member.password} and reset`;
  // The notice of a changed password has a link as well, and may come later.
  const token = awaitToken(member.email, 'reset-password', 'Set a new password');
  call('resetPassword', 200, { body: { token, ...newPasswords(reset) } });
  member.password = reset;
  signIn(member);
}
