import { call } from '../lib/call.ts';
import { awaitToken } from '../lib/mail.ts';
import { newPerson } from '../lib/person.ts';

/** Somebody with an account, and the tokens of the session that they are in. */
export interface Member {
  id: string;
  email: string;
  password: string;
  access: string;
  refresh: string;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** Signs up, asks for the mail again, follows the link of the first one all the same, and signs in. */
export function signUp(): Member {
  const person = newPerson();
  const { sign_up_secret } = call<{ sign_up_secret: string }>('register', 201, { body: person });
  const token = awaitToken(person.email, 'verify-email');
  call('resendVerification', 202, { body: { email: person.email, sign_up_secret } });
  call('verifyEmail', 200, { body: { token, sign_up_secret } });
  const member = { id: '', email: person.email, password: person.password, access: '', refresh: '' };
  signIn(member);
  member.id = call<{ id: string }>('getUser', 200, { token: member.access }).id;
  return member;
}

/** Typed twice, as whoever sets a new password does. */
export function newPasswords(password: string): { password: string; password_confirmation: string } {
  return { password, password_confirmation: password };
}

/** Into a new session. */
export function signIn(member: Member): void {
  const { email, password } = member;
  use(member, call<Tokens>('login', 200, { body: { email, password } }));
}

/** Shows the password again, with a code where a second factor is set up: what takes care asks for that. */
export function confirmPassword(member: Member, code?: string): void {
  const body = { password: member.password, ...(code === undefined ? {} : { code }) };
  use(member, call<Tokens>('confirmPassword', 200, { token: member.access, body }));
}

export function use(member: Member, { access_token, refresh_token }: Tokens): void {
  [member.access, member.refresh] = [access_token, refresh_token];
}
