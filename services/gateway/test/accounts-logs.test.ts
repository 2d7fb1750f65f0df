import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered, signedIn, signUp, verified } from './accounts/person.ts';
import { taken, wayBack } from './accounts/taking.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { LOG_LEVEL: 'debug', GUESS_FREE_PER_ACCOUNT: '2' } });
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

const FROM = '203.0.113.177';

/** Goes through sign-up, sign-in, failures, recovery, an account that was taken, and erasure; returns every secret and personal text it used. */
async function fullRun(): Promise<string[]> {
  const waiting = await registered(gateway);
  const person = await signedIn(gateway, await verified(gateway));
  const { accessToken: token, email, password } = person;
  const call = { token, from: FROM };
  await client.post('/v1/auth/register', signUp({ email, password: 'short', password_confirmation: 'shorter' }), call);
  await client.post('/v1/auth/register', `{"email": "${email}", "password": "${password}`, call);
  for (let index = 0; index < 4; index++) await client.post('/v1/auth/login', { email, password: 'Tr0ub4dor&3' }, call);
  await client.get(`/verify-email?token=${waiting.verifyToken}`, call);
  const following = { token: waiting.verifyToken, sign_up_secret: waiting.signUpSecret };
  await client.post('/v1/auth/email/verify', { token: waiting.verifyToken, password: 'Tr0ub4dor&3' }, call);
  await client.post('/v1/auth/email/verify', following, call);
  await client.post('/v1/auth/email/verify', following, call);
  await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken }, call);
  gateway.clock.advance(60);
  await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken }, call);
  await client.post('/v1/auth/password/forgot', { email }, call);
  const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === person.id);
  const resetToken = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
  const next = 'another good passphrase';
  await client.post(
    '/v1/auth/password/reset',
    { token: resetToken, password: next, password_confirmation: next },
    call,
  );
  const owner = await verified(gateway);
  const thief = await taken(gateway, owner);
  const back = { token: await wayBack(gateway, owner), password: owner.password };
  await client.post('/v1/auth/email/change/revert', { ...back, password: 'Tr0ub4dor&3' }, call);
  await client.get(`/restore-email?token=${back.token}`, call);
  await client.post('/v1/auth/email/change/revert', back, call);
  await client.get(`/v1/users?search=${encodeURIComponent(email)}`, call);
  await client.send('DELETE', '/v1/auth/user', undefined, call);
  return [
    email,
    waiting.email,
    password,
    'Tr0ub4dor&3',
    next,
    'Adaline',
    'Lovelady',
    '+4915112345678',
    FROM,
    waiting.verifyToken,
    waiting.signUpSecret,
    resetToken,
    owner.email,
    owner.password,
    thief.email,
    back.token,
    token,
    person.refreshToken,
    person.deviceToken,
  ];
}

describe('the log of a full run', () => {
  it('has no address, name, number, password or token in it, at any level', async () => {
    const secrets = await fullRun();
    // A statement that fails is the classic way for values to get into a log.
    await gateway.database.sql.schema.renameTable('audit_log', 'audit_log_away');
    const broken = await client.post('/v1/auth/register', signUp(), { from: FROM });
    await gateway.database.sql.schema.renameTable('audit_log_away', 'audit_log');
    expect(broken.status).toBe(500);

    const log = gateway.logger.lines.map((line) => logged(line)).join('\n');
    expect(log).not.toBe('');
    const found = secrets.filter((secret) => log.includes(secret));
    expect(found).toEqual([]);
  });
});

/** A line as winston would write it, errors with their causes and all. */
function logged(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Error ? { name: part.name, message: part.message, stack: part.stack, cause: part.cause } : part,
  );
}
