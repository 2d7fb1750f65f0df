import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;
beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});
afterAll(() => gateway.close());

const pointers = ({ errors }: { errors: { pointer: string }[] }) => errors.map(({ pointer }) => pointer).sort();
const short = { password: 'short', password_confirmation: 'shorter' };

describe('all faults of a request are reported together', () => {
  it('at sign-up: names, the rules of passwords and the confirmation', async () => {
    const body = { first_name: '', last_name: 'Lovelace', email: 'no address', ...short, extra: 1 };
    const answer = await client.post('/v1/auth/register', body);
    expect(answer.status).toBe(422);
    expect(pointers(answer.body)).toEqual(['/email', '/extra', '/first_name', '/password', '/password_confirmation']);
  });

  it('at sign-up: a password made of those names that are in order', async () => {
    const body = { first_name: 'Ada', last_name: '', password: 'Ada Ada Ada', password_confirmation: 'Ada Ada Ada' };
    const answer = await client.post('/v1/auth/register', body);
    expect(pointers(answer.body)).toEqual(['/email', '/last_name', '/password']);
    expect(answer.text).toContain('your own name');
  });

  it('when a password is set by link, whether the link is good or not', async () => {
    const answer = await client.post('/v1/auth/password/reset', { token: '', ...short });
    expect(pointers(answer.body)).toEqual(['/password', '/password_confirmation', '/token']);
  });

  it('when a password is changed, with what is known of its owner', async () => {
    const { accessToken: token } = await signedIn(gateway, await verified(gateway));
    const own = { current_password: '', password: 'Lovelady!', password_confirmation: 'Lovelady' };
    const answer = await client.post('/v1/auth/password/change', own, { token });
    expect(pointers(answer.body)).toEqual(['/current_password', '/password', '/password_confirmation']);
  });

  it('on the page that sets a password', async () => {
    const { id, email } = await verified(gateway);
    await client.post('/v1/auth/password/forgot', { email });
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
    const form = new URLSearchParams({ token, ...short });
    const answer = await fetch(`${gateway.url}/reset-password`, { method: 'POST', body: form });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('not the same');
    expect(page).toContain('at least 8 characters');
  });
});
