import { randomUUID } from 'node:crypto';
import {
  linkToken,
  UserPasswordResetRequested,
  UserRecoveryCodesRenewed,
  UserSignedInWithRecoveryCode,
  UserTwoFactorDisabled,
  UserTwoFactorEnabled,
} from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { type SignedInPerson, signedIn } from './accounts/person.ts';
import { appDoesNotShow, appShows as appShowsNow, withSecondFactor as withFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

const appShows = (secret: string) => appShowsNow(gateway, secret);
const withSecondFactor = () => withFactor(gateway);

const login = ({ email, password }: SignedInPerson) => client.post('/v1/auth/login', { email, password });
const answer = (challenge_token: string, code: string) =>
  client.post('/v1/auth/login/second-factor', { challenge_token, code });

describe('a second factor', () => {
  it('is set up with a secret as text, as URI and as QR code, and a first code', async () => {
    const person = await signedIn(gateway);
    const { accessToken: token } = person;
    const { status, body } = await client.post('/v1/auth/two-factor/totp', undefined, { token });
    expect(status).toBe(201);
    expect(body.otpauth_uri).toContain(`secret=${body.secret}`);
    expect(body.qr_svg).toMatch(/^<svg/);
    // Not on before a code has shown that the app has it.
    expect((await login(person)).body.status).toBe('signed_in');
    const wrong = await client.post('/v1/auth/two-factor/totp/confirm', { code: '000000' }, { token });
    expect([wrong.status, wrong.body.type]).toEqual([403, 'http://gateway.test/problems/wrong-code']);

    const confirmed = await client.post('/v1/auth/two-factor/totp/confirm', { code: appShows(body.secret) }, { token });
    expect(confirmed.status).toBe(200);
    expect(new Set(confirmed.body.recovery_codes).size).toBe(10);
    await gateway.events.next(UserTwoFactorEnabled, ({ user_id }) => user_id === person.id);
    expect((await client.get('/v1/auth/two-factor', { token })).body).toMatchObject({
      enabled: true,
      recovery_codes_left: 10,
    });
    expect((await client.post('/v1/auth/two-factor/totp', undefined, { token })).status).toBe(409);
  });

  it('leaves a line in the audit log of whoever has the password and no code', async () => {
    const person = await withSecondFactor();
    expect((await login(person)).body.status).toBe('second_factor_required');
    const { password, accessToken: token } = person;
    expect((await client.post('/v1/auth/password/confirm', { password }, { token })).status).toBe(403);
    const lines = await gateway.database
      .sql('audit_log')
      .where({ subject_id: idToBytes(person.id) })
      .orderBy('id', 'desc')
      .limit(2);
    expect(lines.map(({ action, outcome, reason }) => [action, outcome, reason])).toEqual([
      ['confirm-password', 'failure', 'no code'],
      ['ask-second-factor', 'success', null],
    ]);
  });

  it('that is on loses no code to a request to turn it on, and counts no failure by it', async () => {
    const person = await withSecondFactor();
    const confirm = (code: string) =>
      client.post('/v1/auth/two-factor/totp/confirm', { code }, { token: person.accessToken });
    const right = appShows(person.secret);
    for (const code of [right, appDoesNotShow(gateway, person.secret), person.recoveryCodes[0] as string]) {
      const refused = await confirm(code);
      expect([refused.status, refused.body.type]).toEqual([409, 'http://gateway.test/problems/two-factor-on']);
    }
    const [row] = await gateway.database.sql('totp_secrets').where({ user_id: idToBytes(person.id) });
    expect(row.failures).toBe(0);
    expect((await answer((await login(person)).body.challenge_token, right)).status).toBe(200);
  });

  it('is asked for after a reset of the password, which signs nobody in and takes no code', async () => {
    const person = await withSecondFactor();
    await client.post('/v1/auth/password/forgot', { email: person.email });
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ email }) => email === person.email);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
    const password = 'another long pass phrase';
    const reset = await client.post('/v1/auth/password/reset', { token, password, password_confirmation: password });
    expect([reset.status, reset.body]).toEqual([200, { status: 'password_reset' }]);
    const first = await login({ ...person, password });
    expect(first.body.status).toBe('second_factor_required');
    expect((await answer(first.body.challenge_token, appShows(person.secret))).status).toBe(200);
  });

  it('that was not begun has nothing to confirm', async () => {
    const { accessToken: token } = await signedIn(gateway);
    const refused = await client.post('/v1/auth/two-factor/totp/confirm', { code: '123456' }, { token });
    expect([refused.status, refused.body.type]).toEqual([409, 'http://gateway.test/problems/two-factor-off']);
  });

  it('is asked for after the password, and a right code signs in', async () => {
    const person = await withSecondFactor();
    const first = await login(person);
    expect(first.body).toEqual({
      status: 'second_factor_required',
      challenge_token: expect.any(String),
      expires_in: 300,
    });
    const wrong = await answer(first.body.challenge_token, '123456');
    expect([wrong.status, wrong.body.type]).toEqual([403, 'http://gateway.test/problems/wrong-code']);
    const right = await answer(first.body.challenge_token, appShows(person.secret));
    expect([right.status, right.body.status]).toEqual([200, 'signed_in']);
    expect((await client.get('/v1/auth/user', { token: right.body.access_token })).status).toBe(200);
  });

  it('accepts each code once, also from many at once, and none that came before it', async () => {
    const person = await withSecondFactor();
    const challenges = await Promise.all(Array.from({ length: 6 }, () => login(person)));
    const code = appShows(person.secret);
    const answers = await Promise.all(challenges.map(({ body }) => answer(body.challenge_token, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('accepts each recovery code once, however it is typed', async () => {
    const person = await withSecondFactor();
    const [code] = person.recoveryCodes as [string];
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ')} `;
    expect((await answer((await login(person)).body.challenge_token, typed)).status).toBe(200);
    expect((await answer((await login(person)).body.challenge_token, code)).status).toBe(403);
    // From a browser that is known: it is told all the same.
    await gateway.events.next(UserSignedInWithRecoveryCode, ({ user_id }) => user_id === person.id);
  });

  it('has challenges that are good once and for five minutes', async () => {
    const person = await withSecondFactor();
    const { challenge_token } = (await login(person)).body;
    expect((await answer(challenge_token, appShows(person.secret))).status).toBe(200);
    const again = await answer(challenge_token, person.recoveryCodes[0] as string);
    expect([again.status, again.body.type]).toEqual([401, 'http://gateway.test/problems/challenge-invalid']);
    const late = (await login(person)).body.challenge_token;
    gateway.clock.advance(301);
    expect((await answer(late, appShows(person.secret))).status).toBe(401);
  });

  it('stores neither the secret nor a recovery code readably', async () => {
    const person = await withSecondFactor();
    const rows = [...(await gateway.database.sql('totp_secrets')), ...(await gateway.database.sql('recovery_codes'))];
    const raw = Buffer.from(Secret.fromBase32(person.secret).bytes);
    for (const value of rows.flatMap((row) => Object.values(row)).filter(Buffer.isBuffer)) {
      expect(value.includes(raw)).toBe(false);
      for (const code of person.recoveryCodes) expect(value.includes(code)).toBe(false);
    }
  });

  it('is disabled by itself and the password alone, proven recently, and then not asked for', async () => {
    const person = await withSecondFactor();
    gateway.clock.advance(901);
    const { body } = await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken });
    const refused = await client.send('DELETE', '/v1/auth/two-factor', undefined, { token: body.access_token });
    expect(refused.status).toBe(403);
    const confirm = (code?: string) =>
      client.post(
        '/v1/auth/password/confirm',
        { password: person.password, ...(code && { code }) },
        { token: body.access_token },
      );
    const withoutCode = await confirm();
    expect([withoutCode.status, withoutCode.body.type]).toEqual([403, 'http://gateway.test/problems/code-required']);
    expect((await confirm('000000')).body.type).toBe('http://gateway.test/problems/wrong-code');
    const code = appShows(person.secret);
    const confirmed = await confirm(code);
    expect((await confirm(code)).body.type).toBe('http://gateway.test/problems/wrong-code');
    const token = confirmed.body.access_token;
    const renewed = await client.post('/v1/auth/two-factor/recovery-codes', undefined, { token });
    await gateway.events.next(
      UserRecoveryCodesRenewed,
      ({ user_id, device }) => user_id === person.id && device !== '',
    );
    expect(renewed.body.recovery_codes).not.toContain(person.recoveryCodes[0]);
    expect((await client.send('DELETE', '/v1/auth/two-factor', undefined, { token })).status).toBe(204);
    await gateway.events.next(UserTwoFactorDisabled, ({ user_id }) => user_id === person.id);
    expect((await login(person)).body.status).toBe('signed_in');
  });
});

describe('proving oneself with a second factor', () => {
  const change = (person: SignedInPerson, code?: string) => {
    const next = 'another password that is long';
    const body = { current_password: person.password, password: next, password_confirmation: next };
    return client.post(
      '/v1/auth/password/change',
      { ...body, ...(code && { code }) },
      { token: person.accessToken, headers: { 'idempotency-key': randomUUID() } },
    );
  };

  it('accepts a code, or a recovery code, to change the password', async () => {
    const person = await withSecondFactor();
    expect((await change(person)).body.type).toBe('http://gateway.test/problems/code-required');
    expect((await change(person, person.recoveryCodes[0])).status).toBe(200);
  });

  const confirm = (person: SignedInPerson, code?: string) => {
    const body = { password: person.password, ...(code && { code }) };
    return client.post('/v1/auth/password/confirm', body, { token: person.accessToken });
  };

  it.each([
    ['confirms the password', confirm, 'confirm-password'],
    ['changes the password', change, 'change-password'],
  ])('is told to the person where a recovery code %s, as a sign-in with one is', async (_, use, action) => {
    const person = await withSecondFactor();
    expect((await use(person, person.recoveryCodes[0])).status).toBe(200);
    await gateway.events.next(UserSignedInWithRecoveryCode, ({ user_id }) => user_id === person.id);
    const recorded = await gateway.database.sql('audit_log').where({ action, subject_id: idToBytes(person.id) });
    expect(recorded).toMatchObject([{ outcome: 'success', reason: 'password and recovery code' }]);
  });

  it('refuses a code where there is no second factor, instead of dropping it', async () => {
    const person = await signedIn(gateway);
    expect((await change(person, '123456')).body.type).toBe('http://gateway.test/problems/two-factor-off');
  });

  it('waits for no stranger who knows the password and guesses codes', async () => {
    const person = await withSecondFactor();
    for (let index = 0; index < 10; index++) await answer((await login(person)).body.challenge_token, '000000');
    expect((await change(person, appShows(person.secret))).status).toBe(200);
  });
});

describe('turning a second factor on', () => {
  it('ends the sessions that never showed it', async () => {
    const person = await signedIn(gateway);
    const other = await signedIn(gateway, person);
    const { accessToken: token } = person;
    const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
    await client.post('/v1/auth/two-factor/totp/confirm', { code: appShows(secret) }, { token });
    expect((await client.get('/v1/auth/two-factor', { token })).status).toBe(200);
    expect((await client.get('/v1/auth/two-factor', { token: other.accessToken })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token: other.refreshToken })).status).toBe(401);
  });

  it('keeps no answer that has its secret, so that nobody can ask for it again', async () => {
    const person = await signedIn(gateway);
    const call = {
      token: person.accessToken,
      headers: { 'idempotency-key': 'the-same-key-twice' },
    };
    const first = await client.post('/v1/auth/two-factor/totp', undefined, call);
    const second = await client.post('/v1/auth/two-factor/totp', undefined, call);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.secret).not.toBe(first.body.secret);
    await client.post('/v1/auth/logout', undefined, call);
    expect((await client.post('/v1/auth/two-factor/totp', undefined, call)).status).toBe(401);
  });
});
