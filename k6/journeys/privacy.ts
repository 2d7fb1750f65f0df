import { call } from '../lib/call.ts';
import { confirmPassword, type Member, signIn } from './member.ts';

/** Takes one's data along, and erases the account. */
export function privacy(member: Member): void {
  signIn(member);
  call('exportUser', 200, { token: member.access });
  confirmPassword(member);
  call('eraseUser', 204, { token: member.access });
}
