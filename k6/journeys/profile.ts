import { call } from '../lib/call.ts';
import type { Member } from './member.ts';

/** Reads oneself, changes one's name, and takes one's data along. */
export function profile({ access: token }: Member): void {
  call('getUser', 200, { token });
  call('updateUser', 200, { token, body: { first_name: 'Katharina' } });
  call('exportUser', 200, { token });
}
