import { randomBytes } from 'node:crypto';
import { linkToken, UserRegistered } from '@postern/events';
import { AccountSwitch } from '../../src/accounts/administration/account-switch.ts';
import { AdminCreation } from '../../src/accounts/registration/admin-creation.ts';
import { type Answer, Client } from './client.ts';
import type { TestGateway } from './test-gateway.ts';

/** What a person types to sign up. */
export function signUp(
  overrides: Record<string, unknown> = {},
): Record<string, unknown> & { email: string; password: string } {
  const email = `ada.${randomBytes(6).toString('hex')}@example.com`;
  const password = `${randomBytes(9).toString('base64url')} is long enough`;
  return {
    first_name: 'Adaline',
    last_name: 'Lovelady',
    email,
    password,
    password_confirmation: password,
    mobile_number: '+4915112345678',
    locale: 'en',
    ...overrides,
  };
}

/** Somebody with an account, and a front end to use it with. */
export interface Person {
  client: Client;
  id: string;
  email: string;
  password: string;
}

export interface SignedInPerson extends Person {
  accessToken: string;
  refreshToken: string;
  deviceToken: string;
}

/** Somebody whose sign-up waits for its link. `id` is what their account will have. */
export interface PendingPerson extends Person {
  /** The token of the mailed link. */
  verifyToken: string;
  /** What the browser that signed up was given. */
  signUpSecret: string;
}

/** Signs somebody up, without following the link. */
export async function registered(
  gateway: TestGateway,
  overrides: Record<string, unknown> = {},
): Promise<PendingPerson> {
  const client = new Client(gateway.url);
  const input = signUp(overrides);
  const had = gateway.events.all(UserRegistered).map(({ token_id }) => token_id);
  const answer = await client.post('/v1/auth/register', input);
  if (answer.status !== 201) throw new Error(`sign-up was answered with ${answer.status}: ${answer.text}`);
  const { user_id, token_id } = await gateway.events.next(
    UserRegistered,
    (data) => data.email === input.email && !had.includes(data.token_id),
  );
  const verifyToken = linkToken(gateway.config.env.LINK_KEY, 'verify-email', token_id, input.email);
  const { email, password } = input;
  return { client, id: user_id, email, password, verifyToken, signUpSecret: answer.body.sign_up_secret };
}

/** Follows the link of the mail in the browser that signed up. */
export function verify({ client, verifyToken, signUpSecret }: PendingPerson): Promise<Answer> {
  return client.post('/v1/auth/email/verify', { token: verifyToken, sign_up_secret: signUpSecret });
}

/** Signs somebody up and follows the link of the mail. */
export async function verified(gateway: TestGateway): Promise<Person> {
  const pending = await registered(gateway);
  const answer = await verify(pending);
  if (answer.status !== 200) throw new Error(`verification was answered with ${answer.status}: ${answer.text}`);
  const { client, id, email, password } = pending;
  return { client, id, email, password };
}

export async function signedIn(gateway: TestGateway, person?: Person): Promise<SignedInPerson> {
  const someone = person ?? (await verified(gateway));
  const { email, password } = someone;
  const answer = await someone.client.post('/v1/auth/login', { email, password });
  if (answer.status !== 200) throw new Error(`sign-in was answered with ${answer.status}: ${answer.text}`);
  const { access_token: accessToken, refresh_token: refreshToken, device_token: deviceToken } = answer.body;
  return { ...someone, accessToken, refreshToken, deviceToken };
}

/** Somebody whose account an administrator has closed. */
export async function disabled(gateway: TestGateway): Promise<Person> {
  const person = await verified(gateway);
  await gateway.database.transaction((tx) =>
    gateway.container.get(AccountSwitch).disable(tx, person.id, { operator: 'test' }),
  );
  return person;
}

/** Somebody with every permission, signed in. */
export async function administrator(gateway: TestGateway): Promise<SignedInPerson> {
  const person = await verified(gateway);
  await gateway.container.get(AdminCreation).create(gateway.database, { email: person.email }, 'kim');
  return signedIn(gateway, person);
}

/** The front end of somebody who is signed in: every call carries their access token. */
export function actingAs({ client, accessToken }: SignedInPerson): Client {
  return client.signedInWith(accessToken);
}
