import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpCode } from '../src/accounts/two-factor/totp.ts';
import { Client } from './accounts/client.ts';
import { administrator, type SignedInPerson, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;
let admin: SignedInPerson;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
  admin = await administrator(gateway);
});
afterAll(() => gateway.close());

/** As often as the order of two requests that come at once should have come out both ways. */
const ROUNDS = 3;
const newPassword = 'an altogether different phrase';

/** Somebody with a second factor. */
async function careful(): Promise<SignedInPerson & { codes: string[] }> {
  const person = await signedIn(gateway);
  const { accessToken: token } = person;
  const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
  const code = totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
  const { recovery_codes } = (await client.post('/v1/auth/two-factor/totp/confirm', { code }, { token })).body;
  return { ...person, codes: recovery_codes };
}

async function challenge({ email, password }: SignedInPerson): Promise<string> {
  return (await client.post('/v1/auth/login', { email, password })).body.challenge_token;
}

const answer = (challenge_token: string, code: string | undefined) =>
  client.post('/v1/auth/login/second-factor', { challenge_token, code });

const renew = ({ accessToken: token }: SignedInPerson) =>
  client.post('/v1/auth/two-factor/recovery-codes', undefined, { token });

const rowsOf = (table: string, { id }: SignedInPerson) => gateway.database.sql(table).where({ user_id: idToBytes(id) });
const liveSessions = (person: SignedInPerson) => rowsOf('sessions', person).whereNull('revoked_at');
const unusedCodes = (person: SignedInPerson) => rowsOf('recovery_codes', person).whereNull('used_at');

describe('a recovery code that is used', () => {
  it('twice at once signs in once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const challenges = [await challenge(person), await challenge(person), await challenge(person)];
      const answers = await Promise.all(challenges.map((token) => answer(token, person.codes[0])));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
      expect([(await liveSessions(person)).length, (await unusedCodes(person)).length]).toEqual([2, 9]);
    }
  });

  it('twice at once changes the password once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const change = (password: string) =>
        client.post(
          '/v1/auth/password/change',
          { current_password: person.password, code: person.codes[0], password, password_confirmation: password },
          { token: person.accessToken },
        );
      const answers = await Promise.all([change(newPassword), change('one more phrase of somebody')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      expect(await unusedCodes(person)).toHaveLength(9);
    }
  });

  it('while they are renewed leaves ten new ones, none of which it is', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const waiting = await challenge(person);
      const [used, renewed] = await Promise.all([answer(waiting, person.codes[0]), renew(person)]);
      expect([200, 403]).toContain(used.status);
      expect(renewed.status).toBe(200);
      expect(await unusedCodes(person)).toHaveLength(10);
      expect((await answer(await challenge(person), person.codes[1])).status).toBe(403);
      expect((await answer(await challenge(person), renewed.body.recovery_codes[0])).status).toBe(200);
    }
  });

  it('while the factor is turned off leaves the session alone that turned it off', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const waiting = await challenge(person);
      const off = client.send('DELETE', '/v1/auth/two-factor', undefined, { token: person.accessToken });
      const [used, disabled] = await Promise.all([answer(waiting, person.codes[0]), off]);
      expect([200, 401, 403]).toContain(used.status);
      expect(disabled.status).toBe(204);
      expect(await liveSessions(person)).toHaveLength(1);
      expect(await rowsOf('recovery_codes', person)).toEqual([]);
    }
  });

  it('while an administrator removes the factor, or the password is reset, leaves no session', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const waiting = await challenge(person);
      const removal = client.send('DELETE', `/v1/users/${person.id}/two-factor`, undefined, {
        token: admin.accessToken,
      });
      const [used, removed] = await Promise.all([answer(waiting, person.codes[0]), removal]);
      expect([200, 401, 403]).toContain(used.status);
      expect(removed.status).toBe(204);
      expect(await liveSessions(person)).toEqual([]);
      const other = await careful();
      const link = await resetLink(other);
      const next = await challenge(other);
      const body = { token: link, password: newPassword, password_confirmation: newPassword };
      const [late, reset] = await Promise.all([
        answer(next, other.codes[0]),
        client.post('/v1/auth/password/reset', body),
      ]);
      expect([200, 401, 403]).toContain(late.status);
      expect(reset.status).toBe(200);
      expect(await liveSessions(other)).toEqual([]);
    }
  });
});

describe('at the same moment', () => {
  it('two renewals leave the ten codes of one of them', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await careful();
      const renewals = await Promise.all([renew(person), renew(person)]);
      expect(renewals.map(({ status }) => status)).toEqual([200, 200]);
      expect(await unusedCodes(person)).toHaveLength(10);
      const tried: number[] = [];
      for (const { body } of renewals)
        tried.push((await answer(await challenge(person), body.recovery_codes[0])).status);
      expect(tried.sort()).toEqual([200, 403]);
    }
  });

  it('two first codes turn the factor on once, with one set of recovery codes', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const { accessToken: token } = person;
      const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
      const code = totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
      const confirm = () => client.post('/v1/auth/two-factor/totp/confirm', { code }, { token });
      const answers = await Promise.all([confirm(), confirm()]);
      const [on, refused] = answers.sort((a, b) => a.status - b.status);
      expect(on?.status).toBe(200);
      expect([403, 409]).toContain(refused?.status);
      expect(await unusedCodes(person)).toHaveLength(10);
      expect((await answer(await challenge(person), on?.body.recovery_codes[9])).status).toBe(200);
    }
  });
});

async function resetLink({ id, email }: SignedInPerson): Promise<string> {
  await client.post('/v1/auth/password/forgot', { email });
  const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === id);
  return linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
}
