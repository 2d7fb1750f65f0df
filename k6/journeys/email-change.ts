import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { confirmPassword, type Member, signIn } from './member.ts';

/** Moves to another address. */
export function emailChange(member: Member): void {
  confirmPassword(member);
  const moved = `moved-${member.email}`;
  call('requestEmailChange', 202, { token: member.access, body: { new_email: moved } });
  const token = awaitToken(moved, 'change-email');
  call('confirmEmailChange', 200, { body: { token, password: member.password } });
  member.email = moved;
  signIn(member);
}
