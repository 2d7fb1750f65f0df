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
  gateway = await TestGateway.start({ env: { SIGN_INS_PER_ADDRESS: String(MOST) } });
});
afterAll(() => gateway.close());

const takesLink = ({ method, body }: Route) =>
  method === 'post' && body instanceof z.ZodObject && 'token' in body.shape;

it('every operation and page that takes the token of a link counts by the client address', () => {
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
  for (const { path, limits } of taking) expect([path, limits?.map(({ per }) => per)]).toEqual([path, ['address']]);
});

it('made-up tokens use the limit up over all of them, and then a genuine one is refused alike', async () => {
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
  const proof = { token: person.verifyToken, sign_up_secret: person.signUpSecret };
  const genuine = await client.post('/v1/auth/email/verify', proof);
  expect([further.status, genuine.status]).toEqual([429, 429]);
  gateway.clock.advance(61);
  expect((await client.post('/v1/auth/email/verify', proof)).status).toBe(200);
});
