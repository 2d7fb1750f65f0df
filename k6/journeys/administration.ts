import { call } from '../lib/call.ts';
import type { Member } from './member.ts';

/** An administrator finds somebody, shuts them out for a while, and reads what became of that. @param token the administrator's */
export function administration({ id, email }: Member, token: string): void {
  call('listUsers', 200, { token, query: `search=${encodeURIComponent(email)}` });
  call('getUserById', 200, { token, id });
  call('disableUser', 200, { token, id });
  call('enableUser', 200, { token, id });
  call('listAuditLog', 200, { token, query: `subject_id=${id}` });
}
