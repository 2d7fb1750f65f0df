import { linkToken, UserEmailChanged, UserEmailChangeRequested, UserPasswordResetRequested } from '@postern/events';
import { type Person, type SignedInPerson, signedIn } from './person.ts';
import type { TestGateway } from './test-gateway.ts';

/** Asks for another address, and gives the token of its mail. */
export async function changeLink(gateway: TestGateway, person: SignedInPerson, newEmail: string): Promise<string> {
  const { client, id, accessToken: token } = person;
  const asked = await client.post('/v1/auth/email/change', { new_email: newEmail }, { token });
  if (asked.status !== 202) throw new Error(`the change was answered with ${asked.status}: ${asked.text}`);
  const { token_id } = await gateway.events.next(
    UserEmailChangeRequested,
    ({ user_id, new_email }) => user_id === id && new_email === newEmail,
  );
  return linkToken(gateway.config.env.LINK_KEY, 'change-email', token_id, newEmail);
}

/** Moves to another address. */
export async function moved<Who extends SignedInPerson>(
  gateway: TestGateway,
  person: Who,
  email: string,
): Promise<Who> {
  const token = await changeLink(gateway, person, email);
  const { client, password } = person;
  const answer = await client.post('/v1/auth/email/change/confirm', { token, password });
  if (answer.status !== 200) throw new Error(`the move was answered with ${answer.status}: ${answer.text}`);
  return { ...person, email };
}

/** Sets another password, from a session that goes on. */
export async function withPassword<Who extends SignedInPerson>(person: Who, password: string): Promise<Who> {
  const body = { current_password: person.password, password, password_confirmation: password };
  const answer = await person.client.post('/v1/auth/password/change', body, { token: person.accessToken });
  if (answer.status !== 200) throw new Error(`the change was answered with ${answer.status}: ${answer.text}`);
  return { ...person, password };
}

/** Says "Forgot password" at the address, and gives the token of the newest mail. */
export async function resetLink(gateway: TestGateway, { client, email }: Person): Promise<string> {
  const had = gateway.events.all(UserPasswordResetRequested).map(({ token_id }) => token_id);
  await client.post('/v1/auth/password/forgot', { email });
  const { token_id } = await gateway.events.next(
    UserPasswordResetRequested,
    (data) => data.email === email && !had.includes(data.token_id),
  );
  return linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
}

/** Sets another password by a mailed link. */
export async function withReset<Who extends Person>(gateway: TestGateway, person: Who, password: string): Promise<Who> {
  const body = { token: await resetLink(gateway, person), password, password_confirmation: password };
  const answer = await person.client.post('/v1/auth/password/reset', body);
  if (answer.status !== 200) throw new Error(`the reset was answered with ${answer.status}: ${answer.text}`);
  return { ...person, password };
}

/** Somebody who knows the password is signed in, and has moved the account to a mailbox of theirs. */
export async function taken(gateway: TestGateway, owner: Person): Promise<SignedInPerson> {
  return moved(gateway, await signedIn(gateway, owner), `thief.${owner.email}`);
}

/** The token of the link in the notice that the account of this address has another. */
export async function wayBack(gateway: TestGateway, { id, email }: Person): Promise<string> {
  const notice = await gateway.events.next(
    UserEmailChanged,
    ({ user_id, old_email }) => user_id === id && old_email === email,
  );
  if (notice.token_id === undefined) throw new Error('the notice has no link');
  return linkToken(gateway.config.env.LINK_KEY, 'restore-email', notice.token_id, email);
}
