import { call } from '../lib/call.ts';
import type { Member } from './member.ts';

/** Reads oneself, and changes one's name. */
export function profile({ access: token }: Member): void {
  call('getUser', 200, { token });
  call('updateUser', 200, { token, body: { first_name: 'Katharina' } });
}
