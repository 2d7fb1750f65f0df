import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const RING = `2026:${randomBytes(32).toString('base64')}`;

/** What workers sign links with, and a gateway that missed it. */
let gateway: TestGateway;
let behind: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
  behind = await TestGateway.start({ replicaOf: gateway, env: { LINK_KEY: RING } });
});

afterAll(async () => {
  await behind.close();
  await gateway.close();
});

const counted = async () =>
  (await behind.metrics.expose()).split('\n').filter((line) => line.startsWith('mailed_links_total{'));

const warnings = () => behind.logger.lines.filter(({ message }) => message.includes('LINK_KEY'));

it('a gateway notices that it has another LINK_KEY than workers, by API and by page, and none by what is made up', async () => {
  const client = new Client(behind.url);
  const madeUp = `2027.${randomBytes(64).toString('base64url')}`;
  const { verifyToken, signUpSecret } = await registered(gateway);
  for (const token of [madeUp, verifyToken]) {
    const answer = await client.post('/v1/auth/email/verify', { token, sign_up_secret: signUpSecret });
    expect([answer.status, answer.body.type]).toEqual([400, 'http://gateway.test/problems/link-invalid']);
    expect((await client.get(`/verify-email?token=${token}`)).status).toBe(400);
  }
  expect(await counted()).toEqual([
    'mailed_links_total{outcome="used"} 0',
    'mailed_links_total{outcome="unknown-key"} 2',
    'mailed_links_total{outcome="wrong-mac"} 0',
  ]);
  const [keyId] = verifyToken.split('.');
  expect(warnings().map(({ fields: { key_id, key_ids_here } }) => [key_id, key_ids_here])).toEqual([
    [keyId, behind.config.env.LINK_KEY.ids],
  ]);
});
