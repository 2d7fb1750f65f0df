import { call } from '../lib/call.ts';
import { type Member, signIn, use } from './member.ts';

interface Session {
  id: string;
  current: boolean;
}

/** Signs in twice, ends the other session, goes on in this one, and ends them all. */
export function sessions(member: Member): void {
  signIn(member);
  const { sessions } = call<{ sessions: Session[] }>('listSessions', 200, { token: member.access });
  const other = sessions.find(({ current }) => !current);
  if (!other) throw new Error('the first session is not in the list');
  call('endSession', 204, { token: member.access, id: other.id });
  use(member, call('refresh', 200, { body: { refresh_token: member.refresh } }));
  call('logout', 204, { token: member.access });
  signIn(member);
  call('logoutAll', 204, { token: member.access });
  signIn(member);
}
