import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpCode } from '../src/accounts/two-factor/totp.ts';
import { Client } from './accounts/client.ts';
import { type Person, type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const FREE = 3;
const FREE_PER_ADDRESS = 20;
const MAX_DELAY_SECONDS = 60;

let gateway: TestGateway;
let replica: TestGateway;

beforeAll(async () => {
  const env = {
    GUESS_FREE_PER_ACCOUNT: String(FREE),
    GUESS_FREE_PER_ADDRESS: String(FREE_PER_ADDRESS),
    GUESS_MAX_DELAY_SECONDS: String(MAX_DELAY_SECONDS),
  };
  gateway = await TestGateway.start({ env });
  replica = await TestGateway.start({ env, replicaOf: gateway });
});

afterAll(async () => {
  await replica.close();
  await gateway.close();
});

let nextAddress = 1;
/** Strangers come from an address of their own each, so that only the account is counted. */
const anywhere = () => `203.0.113.${nextAddress++}`;

interface Try {
  password?: string;
  device?: string;
  from?: string;
  on?: TestGateway;
}

function login({ email, ...person }: Pick<Person, 'email' | 'password'>, options: Try = {}) {
  const { password = person.password, device, from = anywhere(), on = gateway } = options;
  const body = { email, password, ...(device === undefined ? {} : { device_token: device }) };
  return new Client(on.url).post('/v1/auth/login', body, { from });
}

const guess = (person: Pick<Person, 'email' | 'password'>, options: Try = {}) =>
  login(person, { ...options, password: 'a wrong guess' });

describe('guessing at an account', () => {
  it('is free a few times, then waits longer and longer, up to a bound, and never locks', async () => {
    const person = await verified(gateway);
    for (let index = 0; index < FREE; index++) expect((await guess(person)).status).toBe(401);
    const delays: number[] = [];
    for (let round = 0; round < 8; round++) {
      const refused = await guess(person);
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      delays.push(seconds);
      gateway.clock.advance(seconds);
      expect((await guess(person)).status).toBe(401);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    gateway.clock.advance(MAX_DELAY_SECONDS);
    expect((await login(person)).status).toBe(200);
    expect((await guess(person)).status).toBe(401);
  });

  it('waits for the right password too, and is the same for an address without an account', async () => {
    const person = await verified(gateway);
    const nobody = { email: `nobody.${person.email}`, password: 'whatever it is' };
    for (const someone of [person, nobody]) {
      for (let index = 0; index < FREE; index++) await guess(someone);
      const { status, body } = await login(someone);
      expect([status, body.type]).toEqual([429, 'http://gateway.test/problems/too-many-guesses']);
    }
  });

  it('is counted by all replicas together', async () => {
    const person = await verified(gateway);
    for (let index = 0; index < FREE; index++) await guess(person, { on: index % 2 ? gateway : replica });
    expect((await guess(person, { on: gateway })).status).toBe(429);
    expect((await guess(person, { on: replica })).status).toBe(429);
  });

  it('does not get more answers by asking at once', async () => {
    const person = await verified(gateway);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => guess(person, { on: index % 2 ? gateway : replica })),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(FREE);
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
  });

  it('does not keep a device out that has signed in before', async () => {
    const person = await signedIn(gateway);
    for (let index = 0; index < FREE; index++) await guess(person);
    expect((await login(person)).status).toBe(429);
    expect((await login(person, { device: person.deviceToken })).status).toBe(200);
    // A device token that was made for somebody else opens nothing.
    const mallory = await signedIn(gateway);
    for (let index = 0; index < FREE; index++) await guess(person);
    expect((await login(person, { device: mallory.deviceToken })).status).toBe(429);
  });

  it('is slowed down for the device that guesses, whatever tokens it was handed since, and for no other one', async () => {
    const person = await signedIn(gateway);
    const phone = (await login(person)).body.device_token;
    const renewed = (await login(person, { device: person.deviceToken })).body.device_token;
    for (let index = 0; index < FREE; index++) await guess(person, { device: person.deviceToken });
    expect((await login(person, { device: renewed })).status).toBe(429);
    expect((await login(person, { device: phone })).status).toBe(200);
  });

  it('is slowed down for a known device as well, when that one guesses', async () => {
    const person = await signedIn(gateway);
    for (let index = 0; index < FREE; index++) await guess(person, { device: person.deviceToken });
    expect((await guess(person, { device: person.deviceToken })).status).toBe(429);
    expect((await login(person)).status).toBe(200);
  });
});

describe('a new password', () => {
  const next = 'an altogether different phrase';
  const twice = { password: next, password_confirmation: next };

  async function reset({ client, id, email }: SignedInPerson) {
    await client.post('/v1/auth/password/forgot', { email });
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
    return client.post('/v1/auth/password/reset', { token, ...twice });
  }

  const change = ({ client, password, accessToken: token }: SignedInPerson) =>
    client.post('/v1/auth/password/change', { current_password: password, ...twice }, { token });

  it.each([
    ['by a mailed link', reset],
    ['by whoever is signed in', change],
  ])('%s ends the wait of a new device', async (_how, set) => {
    const person = await signedIn(gateway);
    for (let index = 0; index < FREE; index++) await guess(person);
    expect((await login(person)).status).toBe(429);
    expect((await set(person)).status).toBe(200);
    expect((await login({ ...person, password: next })).status).toBe(200);
  });
});

describe('guessing at a second factor', () => {
  async function withSecondFactor() {
    const person = await signedIn(gateway);
    const call = { token: person.accessToken };
    const { secret } = (await person.client.post('/v1/auth/two-factor/totp', undefined, call)).body;
    const code = () => totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
    expect((await person.client.post('/v1/auth/two-factor/totp/confirm', { code: code() }, call)).status).toBe(200);
    return { ...person, code };
  }

  async function answer(person: Person, code: string, device?: string) {
    const { challenge_token } = (await login(person)).body;
    const body = { challenge_token, code, ...(device === undefined ? {} : { device_token: device }) };
    return person.client.post('/v1/auth/login/second-factor', body, { from: anywhere() });
  }

  it('keeps no device out that has shown the factor before, but one that signed in before there was a factor', async () => {
    const person = await withSecondFactor();
    gateway.clock.advance(30);
    const { status, body } = await answer(person, person.code());
    expect(status).toBe(200);
    for (let index = 0; index < FREE; index++) expect((await answer(person, '000000')).status).toBe(403);
    expect((await answer(person, '000000')).status).toBe(429);
    expect((await answer(person, '000000', person.deviceToken)).status).toBe(429);
    expect((await answer(person, '000000', body.device_token)).status).toBe(403);
  });
});

describe('guessing from an address', () => {
  it('is slowed down over all accounts', async () => {
    const from = '192.0.2.66';
    for (let index = 0; index < FREE_PER_ADDRESS; index++) {
      expect((await guess({ email: `user${index}@example.com`, password: '' }, { from })).status).toBe(401);
    }
    expect((await guess({ email: 'another@example.com', password: '' }, { from })).status).toBe(429);
    expect((await guess({ email: 'another@example.com', password: '' })).status).toBe(401);
  });
});

describe('honest sign-ins', () => {
  it('do not hinder each other when they come at once', async () => {
    const person = await verified(gateway);
    const from = '192.0.2.99';
    const answers = await Promise.all(Array.from({ length: 60 }, () => login(person, { from })));
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
  });
});
