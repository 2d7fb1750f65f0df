import { check } from 'k6';
import { send } from './call.ts';
import type { Person } from './person.ts';

/** Registers a person and gives back the secret that goes with the mailed link; undefined when the gateway refused. */
export function register(person: Person): string | undefined {
  const answer = send('register', { body: person });
  if (!check(answer, { 'registration accepted': ({ status }) => status === 201 })) return undefined;
  return answer.json('sign_up_secret') as string;
}

/** Uses a mailed link's token up. */
export function verify(token: string, secret: string): boolean {
  const answer = send('verifyEmail', { body: { token, sign_up_secret: secret } });
  return check(answer, { 'address verified': ({ status }) => status >= 200 && status < 300 });
}

/** Signs in and gives back the access token; undefined when the gateway refused. */
export function signIn({ email, password }: Pick<Person, 'email' | 'password'>): string | undefined {
  const answer = send('login', { body: { email, password } });
  if (!check(answer, { 'signed in': ({ status }) => status === 200 })) return undefined;
  return answer.json('access_token') as string;
}

/** Reads the signed-in user; true when it is the one expected. */
export function readUser(accessToken: string, email: string): boolean {
  const answer = send('getUser', { token: accessToken });
  return check(answer, { 'user read': ({ status, body }) => status === 200 && body.includes(email) });
}
