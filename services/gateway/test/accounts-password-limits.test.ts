import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './accounts/client.ts';
import { signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

/** The defaults, in every test's own minute. */
const PER_ACCOUNT = 30;
const env = { SIGN_INS_PER_ACCOUNT: String(PER_ACCOUNT), SIGN_INS_PER_ADDRESS: '300' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ env });
});

afterAll(() => gateway.close());

function together(count: number, ask: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
}

function requireBounded(answers: Answer[], most: number): void {
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(most);
  for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
    expect([status, body.type]).toEqual([429, 'http://gateway.test/problems/rate-limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

describe('right passwords', () => {
  it('of one account are bounded at once, and others are let in meanwhile', async () => {
    const person = await verified(gateway);
    const other = await verified(gateway);
    const { client, email, password } = person;
    const flood = together(80, () => client.post('/v1/auth/login', { email, password }, { from: '203.0.113.9' }));
    const meanwhile = await other.client.post('/v1/auth/login', { email: other.email, password: other.password });
    expect(meanwhile.status).toBe(200);
    requireBounded(await flood, PER_ACCOUNT);
    const sessions = await gateway.database.sql('sessions').where({ user_id: idToBytes(person.id) });
    expect(sessions).toHaveLength(PER_ACCOUNT);
    // One line says that there was waiting, however many were told.
    const waits = await gateway.database
      .sql('audit_log')
      .where({ reason: 'told to wait', address_range: '203.0.113.0/24' });
    expect(waits.map(({ action, outcome, details }) => [action, outcome, JSON.parse(details)])).toEqual([
      ['sign-in', 'failure', { limit: ['rate-limited'] }],
    ]);
    gateway.clock.advance(61);
    expect((await client.post('/v1/auth/login', { email, password }, { from: '203.0.113.9' })).status).toBe(200);
  });

  it('of one account are bounded wherever they come from, wrong ones of strangers not among them', async () => {
    const { client, email, password } = await verified(gateway);
    const from = (index: number) => ({ from: `198.51.${index}.1` });
    await together(40, (index) => client.post('/v1/auth/login', { email, password: 'not this one' }, from(index)));
    requireBounded(
      await together(50, (index) => client.post('/v1/auth/login', { email, password }, from(100 + index))),
      PER_ACCOUNT,
    );
  });

  it('are bounded the same with the token of a known device', async () => {
    const { client, email, password, deviceToken: device_token } = await signedIn(gateway);
    gateway.clock.advance(61);
    const body = { email, password, device_token };
    requireBounded(await together(80, () => client.post('/v1/auth/login', body)), PER_ACCOUNT);
  });

  it('do not hold up a known device, however many another has spent who knows the password too', async () => {
    const { client, email, password, deviceToken: device_token } = await signedIn(gateway);
    gateway.clock.advance(61);
    const from = { from: '203.0.113.77' };
    requireBounded(await together(50, () => client.post('/v1/auth/login', { email, password }, from)), PER_ACCOUNT);
    expect((await client.post('/v1/auth/login', { email, password, device_token })).status).toBe(200);
  });

  it('of whoever is signed in are bounded too', async () => {
    const { client, password, accessToken: token } = await signedIn(gateway);
    requireBounded(
      await together(80, () => client.post('/v1/auth/password/confirm', { password }, { token })),
      PER_ACCOUNT,
    );
  });
});

describe('the export', () => {
  it('is given a few times in an hour, to each person for themselves', async () => {
    const person = await signedIn(gateway);
    const other = await signedIn(gateway);
    const export_ = ({ client, accessToken: token }: typeof person) => client.get('/v1/auth/user/export', { token });
    const answers = await together(12, () => export_(person));
    requireBounded(answers, 10);
    expect((await export_(other)).status).toBe(200);
  });
});
