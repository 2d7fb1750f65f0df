import {
  linkToken,
  UserEmailResendRequested,
  UserEmailVerified,
  UserRegistered,
  UserRegistrationRepeated,
  UserRequestIgnored,
} from '@postern/events';
import { idToBytes, SecretRing } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered, signedIn, signUp, verified, verify } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

const verifyToken = ({ token_id, email }: { token_id: string; email: string }) =>
  linkToken(gateway.config.env.LINK_KEY, 'verify-email', token_id, email);

describe('signing up', () => {
  it('leads from registering over the link to a signed-in person', async () => {
    const input = signUp();
    const answer = await client.post('/v1/auth/register', input);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      email: input.email,
      status: 'verification_pending',
      verification_expires_at: expect.any(String),
      sign_up_secret: expect.stringMatching(/^[\w-]{43}$/),
    });

    const event = await gateway.events.next(UserRegistered, ({ email }) => email === input.email);
    expect(event).toMatchObject({ first_name: 'Adaline', locale: 'en' });
    const early = await client.post('/v1/auth/login', { email: input.email, password: input.password });
    expect([early.status, early.body.type]).toEqual([401, 'http://gateway.test/problems/invalid-credentials']);
    expect(early.body.detail).toContain('If you have just signed up, follow the link in the mail first');

    const following = { token: verifyToken(event), sign_up_secret: answer.body.sign_up_secret };
    const verify = await client.post('/v1/auth/email/verify', following);
    expect([verify.status, verify.body]).toEqual([200, { status: 'verified' }]);
    await gateway.events.next(UserEmailVerified, ({ user_id }) => user_id === event.user_id);

    const login = await client.post('/v1/auth/login', { email: input.email, password: input.password });
    expect(login.status).toBe(200);
    expect(login.body).toMatchObject({ status: 'signed_in', token_type: 'Bearer', expires_in: 600 });

    const user = await client.get('/v1/auth/user', { token: login.body.access_token });
    expect(user.status).toBe(200);
    expect(user.body).toMatchObject({
      id: event.user_id,
      email: input.email,
      first_name: 'Adaline',
      last_name: 'Lovelady',
      mobile_number: '+4915112345678',
      email_verified: true,
      roles: ['user'],
      permissions: [],
    });
  });

  it('treats addresses in any case as the same address', async () => {
    const person = await verified(gateway);
    const login = await client.post('/v1/auth/login', {
      email: ` ${person.email.toUpperCase()}`,
      password: person.password,
    });
    expect(login.status).toBe(200);
  });

  it('answers a taken address like a new one, changes nothing and notifies its owner', async () => {
    const person = await verified(gateway);
    const input = signUp({ email: person.email, first_name: 'Mallory' });
    const fresh = await client.post('/v1/auth/register', signUp());
    const answer = await client.post('/v1/auth/register', input);
    expect(answer.status).toBe(fresh.status);
    expect(Object.keys(answer.body)).toEqual(Object.keys(fresh.body));
    const told = await gateway.events.next(UserRegistrationRepeated, ({ email }) => email === person.email);
    expect(told).toMatchObject({ user_id: person.id, email: person.email, first_name: 'Adaline', locale: 'en' });
    expect(JSON.stringify(told)).not.toContain('Mallory');
    expect((await client.post('/v1/auth/login', { email: person.email, password: input.password })).status).toBe(401);
    expect((await signedIn(gateway, person)).accessToken).toBeTruthy();
  });

  it('answers the address of a disabled account like a new one, and does not tell its owner to sign in', async () => {
    const person = await verified(gateway);
    const id = idToBytes(person.id);
    await gateway.database.sql('users').where({ id }).update({ disabled_at: new Date() });
    const fresh = await client.post('/v1/auth/register', signUp());
    const had = gateway.events.all(UserRequestIgnored).length;
    const answer = await client.post('/v1/auth/register', signUp({ email: person.email }));
    expect(answer.status).toBe(fresh.status);
    expect(Object.keys(answer.body)).toEqual(Object.keys(fresh.body));
    await expect.poll(() => gateway.events.all(UserRequestIgnored).slice(had)).toHaveLength(1);
    const ignored = gateway.events.all(UserRequestIgnored).at(-1);
    expect(ignored).toMatchObject({ user_id: expect.any(String), request: 'registration' });
    expect(ignored?.user_id).not.toBe(person.id);
    expect(gateway.events.all(UserRegistrationRepeated).map(({ email }) => email)).not.toContain(person.email);
  });

  it('makes no account of many sign-ups with one address at once', async () => {
    const input = signUp();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post('/v1/auth/register', { ...input })));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const people = await gateway.database.sql('users').where({ email: input.email });
    expect(people).toEqual([]);
  });

  it('reports all faults of a sign-up at once, each at its field', async () => {
    const { status, body } = await client.post('/v1/auth/register', {
      first_name: ' ',
      last_name: 'L\u0000',
      email: 'not an address',
      password: 'abcdefgh1',
      password_confirmation: 'different',
      mobile_number: '0151 123',
      locale: 'not a language',
      is_admin: true,
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/email',
      '/first_name',
      '/is_admin',
      '/last_name',
      '/locale',
      '/mobile_number',
      '/password_confirmation',
    ]);
  });

  it('refuses a confirmation that differs', async () => {
    const { status, body } = await client.post(
      '/v1/auth/register',
      signUp({ password_confirmation: 'something else' }),
    );
    expect([status, body.errors[0].pointer]).toEqual([422, '/password_confirmation']);
  });
});

describe('verification links', () => {
  it('work once', async () => {
    const person = await registered(gateway);
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { status } = await verify(person);
        return status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const again = await verify(person);
    expect([again.status, again.body.type]).toEqual([410, 'http://gateway.test/problems/link-used']);
  });

  it('are refused when they are broken or made for something else', async () => {
    const person = await registered(gateway);
    const event = await gateway.events.next(UserRegistered, (data) => data.user_id === person.id);
    const { user_id, token_id } = event;
    const others = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
    const stranger = linkToken(SecretRing.of(Buffer.alloc(32, 7)), 'verify-email', token_id, person.email);
    const elsewhere = verifyToken({ token_id, email: 'mallory@example.com' });
    for (const token of [others, stranger, elsewhere, user_id, 'x', verifyToken(event).slice(0, -1)]) {
      const { status, body } = await client.post('/v1/auth/email/verify', { token });
      expect([status, body.type]).toEqual([400, 'http://gateway.test/problems/link-invalid']);
    }
  });

  it('stay the same when another mail is asked for, so that a stranger who asks voids none', async () => {
    const person = await registered(gateway);
    const resend = await client.post('/v1/auth/email/resend', { email: person.email });
    expect([resend.status, resend.body]).toEqual([202, { status: 'accepted' }]);
    const event = await gateway.events.next(UserEmailResendRequested, ({ user_id }) => user_id === person.id);
    expect(verifyToken(event)).toBe(person.verifyToken);
    expect((await verify(person)).status).toBe(200);
  });

  it('are good again when another mail was asked for after their end', async () => {
    const late = await TestGateway.start();
    try {
      const person = await registered(late);
      late.clock.advance(86_401);
      expect((await verify(person)).body.type).toMatch(/link-expired$/);
      await person.client.post('/v1/auth/email/resend', { email: person.email });
      expect((await verify(person)).status).toBe(200);
    } finally {
      await late.close();
    }
  });

  it('mails no link to strangers and to those who need none, and does not let on', async () => {
    const person = await verified(gateway);
    const unknown = await client.post('/v1/auth/email/resend', { email: 'nobody@example.com' });
    const needless = await client.post('/v1/auth/email/resend', { email: person.email });
    expect([unknown.status, unknown.body]).toEqual([202, { status: 'accepted' }]);
    expect([needless.status, needless.body]).toEqual([202, { status: 'accepted' }]);
    expect(gateway.events.all(UserEmailResendRequested).filter(({ email }) => email === person.email)).toEqual([]);
  });
});
