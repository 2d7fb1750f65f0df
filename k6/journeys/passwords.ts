import { call } from '../lib/call.ts';
import { type Member, newPasswords } from './member.ts';

/** Changes the password. */
export function passwords(member: Member): void {
  const changed = `${member.password} changed`;
  call('changePassword', 200, {
    ...{ token: member.access, body: { current_password: member.password, ...newPasswords(changed) } },
  });
  member.password = changed;
}
