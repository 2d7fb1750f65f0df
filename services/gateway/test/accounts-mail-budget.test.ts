import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { signedIn, signUp, verified } from './accounts/person.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const BUDGET = 4;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { MAILS_PER_HOUR: String(BUDGET), SIGN_UPS_PER_HOUR: '50' } });
});

afterAll(() => gateway.close());

/** Everything that a stranger can have mailed, one after the other, each from a client address of its own. */
async function askForAll(email: string): Promise<number[]> {
  const [local, domain] = email.split('@');
  const client = new Client(gateway.url);
  const asks: [path: string, body: object][] = [
    ['/v1/auth/register', signUp({ email })],
    ['/v1/auth/email/resend', { email }],
    ['/v1/auth/password/forgot', { email }],
    ['/v1/auth/register', signUp({ email: `${local}+1@${domain}` })],
    ['/v1/auth/email/resend', { email: `${local}+2@${domain}` }],
    ['/v1/auth/password/forgot', { email }],
  ];
  const statuses: number[] = [];
  for (const [index, [path, body]] of asks.entries()) {
    statuses.push((await client.post(path, body, { from: `198.51.100.${index + 1}` })).status);
  }
  return statuses;
}

/** What so many tries come to on a full disk: what is there can be changed, and so counted, and nothing can be added to the table. */
async function withoutRoom(table: string, attempt: () => Promise<number>): Promise<number[]> {
  const { sql } = gateway.database;
  const full = "FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114";
  await sql.raw(`CREATE TRIGGER no_room BEFORE INSERT ON ${table} ${full}`);
  const statuses: number[] = [];
  try {
    for (let turn = 0; turn < 2 * BUDGET; turn++) statuses.push(await attempt());
  } finally {
    await sql.raw('DROP TRIGGER no_room');
  }
  return statuses;
}

describe('the budget of mails to one mailbox', () => {
  it.runIf(process.env.TEST_DATABASE_URL)('is not used up by sign-ups that the database could not take', async () => {
    const client = new Client(gateway.url);
    const ask = async () => (await client.post('/v1/auth/register', signUp({ email: 'patient@example.com' }))).status;
    expect(await withoutRoom('sign_ups', ask)).toEqual(Array(2 * BUDGET).fill(503));
    expect(await ask()).toBe(201);
  });

  it('is one over all purposes and sub-addresses, and looks the same with an account and without', async () => {
    const nobody = await askForAll('nobody@example.com');
    expect(nobody).toEqual([201, 202, 202, 201, 429, 429]);
    const { email } = await verified(gateway);
    gateway.clock.advance(3_600);
    expect(await askForAll(email)).toEqual(nobody);
  });

  it('shows no stranger whether others have asked for mails to an address', async () => {
    const client = new Client(gateway.url);
    const ask = (from: string) => client.post('/v1/auth/password/forgot', { email: 'new@example.com' }, { from });
    await ask('192.0.2.9');
    const { headers } = await ask('198.51.100.9');
    expect(headers.get('ratelimit')).toMatch(/^"recovery";r=49;t=\d+$/);
  });

  it('does not count sign-ups whose password is refused', async () => {
    const client = new Client(gateway.url);
    const { email } = signUp();
    const refused = signUp({ email, password: 'password', password_confirmation: 'password' });
    for (let turn = 0; turn <= BUDGET; turn++)
      expect((await client.post('/v1/auth/register', refused)).status).toBe(422);
    expect((await client.post('/v1/auth/register', signUp({ email }))).status).toBe(201);
  });

  it('shows no stranger by refused passwords how many mails others have asked for, as nobody would hear of such a look', async () => {
    const { email } = signUp();
    const client = new Client(gateway.url);
    const refused = signUp({ email, password: 'password', password_confirmation: 'password' });
    const look = () => client.post('/v1/auth/register', refused, { from: '198.51.100.9' });
    const looks = async () => (await Promise.all(Array.from({ length: BUDGET }, look))).map(({ status }) => status);
    for (let asked = 0; asked <= BUDGET; asked++) {
      expect(await looks(), `after ${asked} mails`).toEqual(Array(BUDGET).fill(422));
      await client.post('/v1/auth/password/forgot', { email }, { from: '192.0.2.9' });
    }
  });

  it('does not count what nobody may ask for any more from one address', async () => {
    const client = new Client(gateway.url);
    const from = '192.0.2.1';
    for (let turn = 0; turn < 50; turn++) {
      await client.post('/v1/auth/password/forgot', { email: `made-up-${turn}@example.com` }, { from });
    }
    const [before] = await gateway.database.sql('rate_limits').count({ rows: '*' });
    for (let turn = 50; turn < 60; turn++) {
      const { status } = await client.post(
        '/v1/auth/password/forgot',
        { email: `made-up-${turn}@example.com` },
        { from },
      );
      expect(status).toBe(429);
    }
    expect(await gateway.database.sql('rate_limits').count({ rows: '*' })).toEqual([before]);
  });
});

describe('whoever uses up the budget of a mailbox', () => {
  const ask = (path: string, body: object, from: string) => new Client(gateway.url).post(path, body, { from });
  const forgot = async (email: string, from: string) => (await ask('/v1/auth/password/forgot', { email }, from)).status;
  const register = async (email: string, from: string) =>
    (await ask('/v1/auth/register', signUp({ email }), from)).status;

  it('keeps its owner from no link to a new password: there is a mail to come, or one whose link works', async () => {
    const { email } = await verified(gateway);
    for (let turn = 0; turn < 20; turn++) await register(email, `10.${turn}.0.1`);
    expect(await forgot(email, '10.1.0.1')).toBe(202);
    expect(await forgot(email, '192.0.2.9')).toBe(429);
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, (event) => event.email === email);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
    const { LINK_SECONDS } = gateway.config.env;
    gateway.clock.advance(LINK_SECONDS - 1);
    expect((await new Client(gateway.url).get(`/reset-password?token=${token}`)).status).toBe(200);
    gateway.clock.advance(2);
    expect(await forgot(email, '192.0.2.9')).toBe(202);
  });

  it('keeps its owner from no such link by further names of the mailbox either, to which no link goes', async () => {
    const { email } = await verified(gateway);
    const [local, domain] = email.split('@');
    for (let turn = 0; turn < 20; turn++) await forgot(`${local}+${turn}@${domain}`, `10.${turn}.0.1`);
    expect(await forgot(email, '192.0.2.9')).toBe(202);
    expect(await forgot(email, '192.0.2.9')).toBe(429);
  });

  it('keeps nobody of another network from signing up', async () => {
    const { email } = signUp();
    for (let turn = 0; turn < 20; turn++) await register(email, '203.0.113.1');
    expect(await register(email, '192.0.2.10')).toBe(201);
  });
});

describe('whoever has the password and a session of somebody', () => {
  it('causes no more notices of new passwords than strangers do mails, and wrong passwords count nowhere', async () => {
    const person = await signedIn(gateway);
    const { client, accessToken: token } = person;
    let current = person.password;
    const change = async (password: string) => {
      const next = `${password} of mine`;
      const body = { current_password: current, password: next, password_confirmation: next };
      const { status } = await client.post('/v1/auth/password/change', body, { token });
      if (status === 200) current = next;
      return status;
    };
    const wrong = {
      current_password: 'not this one',
      password: 'some other phrase',
      password_confirmation: 'some other phrase',
    };
    for (let turn = 0; turn < BUDGET; turn++) {
      expect((await client.post('/v1/auth/password/change', wrong, { token })).status).toBe(403);
    }
    const statuses: number[] = [];
    for (let turn = 0; turn < BUDGET + 2; turn++) statuses.push(await change(`phrase number ${turn}`));
    expect(statuses).toEqual([...Array(BUDGET).fill(200), 429, 429]);
  });

  it('causes no more notices of second factors that are set up, and so of those that are removed', async () => {
    const { client, accessToken: token } = await signedIn(gateway);
    const turnOnAndOff = async () => {
      const enrolled = await client.post('/v1/auth/two-factor/totp', undefined, { token });
      const code = appShows(gateway, enrolled.body.secret);
      const { status } = await client.post('/v1/auth/two-factor/totp/confirm', { code }, { token });
      await client.send('DELETE', '/v1/auth/two-factor', undefined, { token });
      return status;
    };
    const statuses: number[] = [];
    for (let turn = 0; turn < BUDGET + 1; turn++) statuses.push(await turnOnAndOff());
    expect(statuses).toEqual([...Array(BUDGET).fill(200), 429]);
  });

  it('keeps them from no new password by ones that are refused', async () => {
    const { client, accessToken: token, password: current_password } = await signedIn(gateway);
    const change = async (password: string) => {
      const body = { current_password, password, password_confirmation: password };
      return (await client.post('/v1/auth/password/change', body, { token })).status;
    };
    for (let turn = 0; turn <= BUDGET; turn++) expect(await change('password')).toBe(422);
    expect(await change('a phrase that is accepted')).toBe(200);
  });

  it.runIf(process.env.TEST_DATABASE_URL)('uses up none of them by what the database could not do', async () => {
    const { client, ...person } = await withSecondFactor(gateway);
    const { email, password, accessToken: token, recoveryCodes } = person;
    const signInWith = async (code = '') => {
      const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
      return (await client.post('/v1/auth/login/second-factor', { challenge_token, code })).status;
    };
    const change = async (code = '') => {
      const next = { password: 'another good phrase', password_confirmation: 'another good phrase' };
      const body = { current_password: password, code, ...next };
      return (await client.post('/v1/auth/password/change', body, { token })).status;
    };
    const [first, second] = recoveryCodes;
    for (const [attempt, code] of [
      [signInWith, first],
      [change, second],
    ] as const) {
      expect(await withoutRoom('outbox', () => attempt(code))).toEqual(Array(2 * BUDGET).fill(503));
      expect(await attempt(code)).toBe(200);
    }
  });

  it.runIf(process.env.TEST_DATABASE_URL)('uses up none by a second factor that it could not turn on', async () => {
    const { client, accessToken: token } = await signedIn(gateway);
    const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
    const confirm = async () => {
      const code = appShows(gateway, secret);
      return (await client.post('/v1/auth/two-factor/totp/confirm', { code }, { token })).status;
    };
    expect(await withoutRoom('outbox', confirm)).toEqual(Array(2 * BUDGET).fill(503));
    expect(await confirm()).toBe(200);
  });

  it('causes no more notices of sign-ins with recovery codes', async () => {
    const { client, email, password, recoveryCodes } = await withSecondFactor(gateway);
    const signInWith = async (code = '') => {
      const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
      return (await client.post('/v1/auth/login/second-factor', { challenge_token, code })).status;
    };
    const statuses: number[] = [];
    for (let turn = 0; turn < BUDGET + 1; turn++) statuses.push(await signInWith(recoveryCodes[turn]));
    expect(statuses).toEqual([...Array(BUDGET).fill(200), 429]);
    gateway.clock.advance(3_600);
    expect(await signInWith(recoveryCodes[BUDGET])).toBe(200);
  });

  it('causes no more notices of new recovery codes either', async () => {
    const { client, accessToken: token } = await withSecondFactor(gateway);
    const renew = async () => (await client.post('/v1/auth/two-factor/recovery-codes', undefined, { token })).status;
    const statuses: number[] = [];
    for (let turn = 0; turn < BUDGET + 1; turn++) statuses.push(await renew());
    expect(statuses).toEqual([...Array(BUDGET).fill(200), 429]);
  });
});
