import { call } from '../lib/call.ts';
import { confirmPassword, type Member, signIn } from './member.ts';

/** Erases the account. */
export function leaving(member: Member): void {
  signIn(member);
  confirmPassword(member);
  call('eraseUser', 204, { token: member.access });
}
