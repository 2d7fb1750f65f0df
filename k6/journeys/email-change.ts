import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { confirmPassword, type Member, signIn, signUp } from './member.ts';

/** Moves to another address; and somebody else, whose account was moved by a thief, takes it back. */
export function emailChange(member: Member): void {
  move(member);
  signIn(member);
  const owner = signUp();
  const { email, password } = owner;
  move(owner);
  call('revertEmailChange', 200, { body: { token: awaitToken(email, 'restore-email'), password } });
}

function move(member: Member): void {
  confirmPassword(member);
  const moved = `moved-${member.email}`;
  call('requestEmailChange', 202, { token: member.access, body: { new_email: moved } });
  const token = awaitToken(moved, 'change-email');
  call('confirmEmailChange', 200, { body: { token, password: member.password } });
  member.email = moved;
}
