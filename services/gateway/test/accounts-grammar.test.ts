import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { signedIn, signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;
beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});
afterAll(() => gateway.close());

describe('an address', () => {
  it('is stored with the domain as DNS has it, and shown as people write it', async () => {
    const answer = await client.post('/v1/auth/register', signUp({ email: 'Ada&Co@Müller.example' }));
    expect(answer.status).toBe(201);
    expect(answer.body.email).toBe('ada&co@müller.example');
    const again = await client.post('/v1/auth/email/resend', { email: 'ada&co@xn--mller-kva.example' });
    expect(again.status).toBe(202);
  });

  it.each(['u@bad-.com', `u@${'a'.repeat(64)}.com`, 'ä@example.com', 'a b@example.com', 'a..1@example.com'])(
    'that is none is refused with a hint: %s',
    async (email) => {
      for (const path of ['register', 'email/resend', 'password/forgot']) {
        const body = path === 'register' ? signUp({ email }) : { email };
        const answer = await client.post(`/v1/auth/${path}`, body);
        expect(answer.status, path).toBe(422);
        expect(answer.body.errors[0].pointer).toBe('/email');
        expect(answer.body.errors[0].detail.length).toBeGreaterThan('This is not an e-mail address. '.length);
      }
    },
  );

  it('of an account from before, which none is made of any more, still signs in and moves to another', async () => {
    const person = await verified(gateway);
    const email = `ada..${person.email}`;
    await gateway.database.sql('users').where({ email: person.email }).update({ email });
    const { accessToken: token } = await signedIn(gateway, { ...person, email });
    const move = (new_email: string) => client.post('/v1/auth/email/change', { new_email }, { token });
    expect((await move(`ada..1.${person.email}`)).status).toBe(422);
    expect((await move(`ada.1.${person.email}`)).status).toBe(202);
  });
});

describe('a name', () => {
  it('has a character that can be seen, at sign-up and later', async () => {
    const blank = '\u200b';
    const answer = await client.post('/v1/auth/register', signUp({ first_name: blank, last_name: '\u3164' }));
    expect(answer.body.errors).toHaveLength(2);
    const { accessToken: token } = await signedIn(gateway, await verified(gateway));
    expect((await client.send('PATCH', '/v1/auth/user', { first_name: blank }, { token })).status).toBe(422);
    const cleaned = await client.send('PATCH', '/v1/auth/user', { first_name: '\u202eAda\u202c' }, { token });
    expect(cleaned.body.first_name).toBe('Ada');
  });

  it('has at most a hundred characters in the form in which it is stored, whatever it was typed as', async () => {
    // Composed, each of these is three: the column would not hold them.
    const grows = '\ufb2c'.repeat(100);
    const answer = await client.post('/v1/auth/register', signUp({ first_name: grows }));
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ pointer: '/first_name', detail: 'The first name has at most 100 characters' }],
    ]);
    const { accessToken: token } = await signedIn(gateway, await verified(gateway));
    expect((await client.send('PATCH', '/v1/auth/user', { last_name: grows }, { token })).status).toBe(422);
  });
});
