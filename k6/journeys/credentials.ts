import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { confirmPassword, type Member, signIn } from './member.ts';

/** Changes the password, forgets it, sets a new one by mail, and moves to another address. */
export function credentials(member: Member): void {
  const changed = `${member.password} changed`;
  const passwords = (password: string) => ({ password, password_confirmation: password });
  call('changePassword', 200, {
    ...{ token: member.access, body: { current_password: member.password, ...passwords(changed) } },
  });
  member.password = changed;
  call('forgotPassword', 202, { body: { email: member.email } });
  const reset = `${member.password} and reset`;
  const token = awaitToken(member.email, 'reset-password');
  call('resetPassword', 200, { body: { token, ...passwords(reset) } });
  member.password = reset;
  signIn(member);
  moveAddress(member);
}

function moveAddress(member: Member): void {
  confirmPassword(member);
  const moved = `moved-${member.email}`;
  call('requestEmailChange', 202, { token: member.access, body: { new_email: moved } });
  const token = awaitToken(moved, 'change-email');
  call('confirmEmailChange', 200, { body: { token, password: member.password } });
  member.email = moved;
  signIn(member);
}
