import { call } from '../lib/call.ts';
import type { Member } from './member.ts';

/** An administrator gives somebody a role. @param token the administrator's */
export function roles({ id }: Member, token: string): void {
  call('listRoles', 200, { token });
  call('getUserRoles', 200, { token, id });
  call('setUserRoles', 200, { token, id, body: { roles: ['user'] } });
}
