import { call } from '../lib/call.ts';
import type { Member } from './member.ts';
import { enrol } from './second-factor.ts';

/** An administrator finds somebody, helps them back in, gives them a role, and shuts them out for a while. */
export function administration(token: string, member: Member): void {
  const { id } = member;
  call('listRoles', 200, { token });
  call('listUsers', 200, { token, query: `search=${encodeURIComponent(member.email)}` });
  call('getUserById', 200, { token, id });
  enrol(member);
  call('removeUserTwoFactor', 204, { token, id });
  call('getUserRoles', 200, { token, id });
  call('setUserRoles', 200, { token, id, body: { roles: ['user'] } });
  call('disableUser', 200, { token, id });
  call('enableUser', 200, { token, id });
  call('listAuditLog', 200, { token, query: `subject_id=${id}` });
}
