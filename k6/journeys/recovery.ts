import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { type Member, newPasswords, signIn } from './member.ts';

/** Forgets the password, and sets a new one by mail. */
export function recovery(member: Member): void {
  call('forgotPassword', 202, { body: { email: member.email } });
  const reset = `${member.password} and reset`;
  const token = awaitToken(member.email, 'reset-password');
  call('resetPassword', 200, { body: { token, ...newPasswords(reset) } });
  member.password = reset;
  signIn(member);
}
