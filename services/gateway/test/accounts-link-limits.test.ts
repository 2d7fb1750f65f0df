import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Routes } from '../src/http/bind-routes.ts';
import type { Route } from '../src/http/route.ts';
import { Client } from './accounts/client.ts';
import { registered } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const MOST = 3;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ env: { SIGN_INS_PER_ACCOUNT: String(MOST) } });
});
afterAll(() => gateway.close());

const takesLink = ({ method, body }: Route) =>
  method === 'post' && body instanceof z.ZodObject && 'token' in body.shape;

it('every operation and page that takes the token of a link has a limit for it', () => {
  const all = gateway.container.getAll(Routes).flatMap(({ routes }) => routes);
  const taking = all.filter(takesLink);
  expect(taking.map(({ path }) => path).sort()).toEqual([
    '/change-email',
    '/reset-password',
    '/restore-email',
    '/v1/auth/email/change/confirm',
    '/v1/auth/email/change/revert',
    '/v1/auth/email/verify',
    '/v1/auth/password/reset',
    '/verify-email',
  ]);
  for (const { path, limits } of taking) expect([path, limits?.map(({ name }) => name)]).toEqual([path, ['link']]);
});

it('made-up tokens count together by client, and hold nobody behind the same address up', async () => {
  const client = new Client(gateway.url);
  const person = await registered(gateway);
  const made = { token: 'made-up' };
  const answers = [
    await client.post('/v1/auth/email/verify', { ...made, sign_up_secret: 'x' }),
    await client.post('/v1/auth/email/change/confirm', { ...made, password: 'guess' }),
    await client.post('/v1/auth/email/change/revert', { ...made, password: 'guess' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual(Array(MOST).fill(400));
  const further = await client.post('/v1/auth/email/verify', { ...made, sign_up_secret: 'x' });
  const genuine = await client.post('/v1/auth/email/verify', {
    token: person.verifyToken,
    sign_up_secret: person.signUpSecret,
  });
  expect([further.status, genuine.status]).toEqual([429, 200]);
});

it('a genuine token that is repeated is refused by itself, until its minute has passed', async () => {
  const client = new Client(gateway.url);
  const one = await registered(gateway);
  const other = await registered(gateway);
  const bring = async ({ verifyToken, signUpSecret }: typeof one, secret = signUpSecret) =>
    (await client.post('/v1/auth/email/verify', { token: verifyToken, sign_up_secret: secret })).status;
  for (let nth = 0; nth < MOST; nth++) expect(await bring(one, other.signUpSecret)).not.toBe(429);
  expect([await bring(one), await bring(other)]).toEqual([429, 200]);
  gateway.clock.advance(61);
  expect(await bring(one)).toBe(200);
});

it('a token that is good for something else counts as made up', async () => {
  const client = new Client(gateway.url);
  const { verifyToken } = await registered(gateway);
  gateway.clock.advance(61);
  const statuses = [];
  for (let nth = 0; nth <= MOST; nth++) {
    const body = {
      token: verifyToken,
      password: 'a new and better passphrase',
      password_confirmation: 'a new and better passphrase',
    };
    statuses.push((await client.post('/v1/auth/password/reset', body)).status);
  }
  expect(statuses).toEqual([...Array(MOST).fill(400), 429]);
});
