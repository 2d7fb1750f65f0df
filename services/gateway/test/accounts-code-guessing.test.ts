import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsConfig } from '../src/accounts/config.ts';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import type { Answer } from './accounts/client.ts';
import { type Person, signedIn, verified } from './accounts/person.ts';
import { appDoesNotShow, appShows, type Protected, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

/** The defaults of production. */
const FREE = 5;
const FREE_PER_ADDRESS = 30;
const PERIOD_SECONDS = 30;
const LONG_SECONDS = 120;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    env: { GUESS_FREE_PER_ACCOUNT: String(FREE), GUESS_FREE_PER_ADDRESS: String(FREE_PER_ADDRESS) },
  });
  // Delays of a second are not to pass while a busy machine answers.
});

afterAll(() => gateway.close());

const problem = (type: string) => `http://gateway.test/problems/${type}`;
const WRONG = problem('wrong-code');
const WAIT = problem('too-many-guesses');

let nextAddress = 1;
/** Strangers come from an address of their own each, so that only the account is counted. */
const anywhere = () => `203.0.113.${(nextAddress++ % 250) + 1}`;

async function challenge({ client, email, password }: Person): Promise<string> {
  return (await client.post('/v1/auth/login', { email, password }, { from: anywhere() })).body.challenge_token;
}

/** Somebody who knows the password shows a code; with a device token, the owner. */
async function answer(person: Person, code: string, device_token?: string): Promise<Answer> {
  return showTo(await challenge(person), person, code, device_token);
}

function showTo(challenge_token: string, { client }: Person, code: string, device_token?: string): Promise<Answer> {
  const body = { challenge_token, code, ...(device_token !== undefined && { device_token }) };
  return client.post('/v1/auth/login/second-factor', body, { from: anywhere() });
}

/** Somebody who is signed in proves themselves. */
const confirm = ({ client, password }: Person, code: string, token: string) =>
  client.post('/v1/auth/password/confirm', { password, code }, { token });

const wrong = ({ secret }: Protected) => appDoesNotShow(gateway, secret);

/** What the app shows, and it was not shown before. */
function fresh({ secret }: Protected): string {
  gateway.clock.advance(PERIOD_SECONDS);
  return appShows(gateway, secret);
}

/** Wrong codes of a stranger, until strangers have to wait for longer than any of this takes. */
async function guessAway(person: Protected): Promise<void> {
  const token = await challenge(person);
  for (let seconds = 0; seconds < LONG_SECONDS; ) {
    gateway.clock.advance(seconds);
    const { body, headers } = await showTo(token, person, wrong(person));
    if (body.type !== WRONG) expect(body.type).toBe(WAIT);
    seconds = Number(headers.get('retry-after') ?? 0);
  }
  expect((await answer(person, fresh(person))).body.type).toBe(WAIT);
}

async function failuresOf({ id }: Person): Promise<number> {
  return (await gateway.database.sql('totp_secrets').where({ user_id: idToBytes(id) }))[0].failures;
}

const linesOf = ({ id }: Person, reason: string) =>
  gateway.database.sql('audit_log').where({ subject_id: idToBytes(id), action: 'second-factor', reason });

describe('a hundred codes at once', () => {
  it('are as many guesses as one after the other: the rest is asked to wait, not looked at, and counts nowhere', async () => {
    expect(gateway.container.get(AccountsConfig).env.TWO_FACTOR_TRIES).toBe(100);
    const person = await withSecondFactor(gateway);
    const token = await challenge(person);
    const code = wrong(person);
    const answers = await Promise.all(Array.from({ length: 100 }, () => showTo(token, person, code)));
    expect(answers.filter(({ body }) => body.type === WRONG)).toHaveLength(FREE);
    expect(answers.filter(({ body }) => body.type === WAIT)).toHaveLength(100 - FREE);
    expect(await failuresOf(person)).toBe(FREE);
    expect(await linesOf(person, 'wrong code')).toHaveLength(FREE);
    gateway.clock.advance(1);
    expect((await answer(person, fresh(person))).status).toBe(200);
  });
});

describe('a right code', () => {
  it('is accepted as the last free try, and resets what it and those before it counted', async () => {
    const person = await withSecondFactor(gateway);
    for (let round = 0; round < 2; round++) {
      for (let tries = 1; tries < FREE; tries++) expect((await answer(person, wrong(person))).body.type).toBe(WRONG);
      expect((await answer(person, fresh(person))).status).toBe(200);
      expect(await failuresOf(person)).toBe(0);
    }
  });

  it('resets what it counted also where the request that it came with is refused', async () => {
    const person = await withSecondFactor(gateway);
    const body = { current_password: person.password, password: 'password1', password_confirmation: 'password1' };
    const change = () =>
      person.client.post(
        '/v1/auth/password/change',
        { ...body, code: appShows(gateway, person.secret) },
        { token: person.accessToken },
      );
    for (let tries = 0; tries <= FREE; tries++) expect((await change()).status).toBe(422);
    expect((await confirm(person, appShows(gateway, person.secret), person.accessToken)).status).toBe(200);
  });
});

describe('who is not a stranger', () => {
  it('waits at the second factor for no stranger who has the password, with a known device or a session', async () => {
    const person = await withSecondFactor(gateway);
    const { device_token, access_token } = (await answer(person, appShows(gateway, person.secret))).body;
    await guessAway(person);
    expect((await answer(person, fresh(person), device_token)).status).toBe(200);
    await guessAway(person);
    expect((await confirm(person, fresh(person), access_token)).status).toBe(200);
  });

  it('waits in a session for no device that was taken, nor for another session, and the other way round', async () => {
    const person = await withSecondFactor(gateway);
    const { device_token, access_token: other } = (await answer(person, appShows(gateway, person.secret))).body;
    const [first, second, third] = person.recoveryCodes as [string, string, string];
    for (let tries = 0; tries < FREE; tries++)
      expect((await answer(person, wrong(person), device_token)).body.type).toBe(WRONG);
    expect((await answer(person, wrong(person), device_token)).body.type).toBe(WAIT);
    expect((await confirm(person, first, person.accessToken)).status).toBe(200);

    for (let tries = 0; tries < FREE; tries++)
      expect((await confirm(person, wrong(person), other)).body.type).toBe(WRONG);
    expect((await confirm(person, wrong(person), other)).body.type).toBe(WAIT);
    expect((await confirm(person, second, person.accessToken)).status).toBe(200);
    gateway.clock.advance(1);
    expect((await answer(person, third, device_token)).status).toBe(200);
  });

  it('gives the password in a session, whoever guesses it in another', async () => {
    const person = await verified(gateway);
    const [mine, stolen] = [await signedIn(gateway, person), await signedIn(gateway, person)];
    const give = (password: string, token: string) =>
      person.client.post('/v1/auth/password/confirm', { password }, { token });
    for (let tries = 0; tries < FREE; tries++) expect((await give('a guess', stolen.accessToken)).status).toBe(403);
    expect((await give(person.password, stolen.accessToken)).status).toBe(429);
    expect((await give(person.password, mine.accessToken)).status).toBe(200);
  });
});

describe('what strangers did at a second factor', () => {
  it('ends with the factor', async () => {
    const admin = await verified(gateway);
    await gateway.container.get(AdminCreation).create(gateway.database, { email: admin.email }, 'kim');
    const { accessToken: token, client } = await signedIn(gateway, admin);
    const person = await withSecondFactor(gateway);
    await guessAway(person);
    expect((await client.send('DELETE', `/v1/users/${person.id}/two-factor`, undefined, { token })).status).toBe(204);
    const again = await withSecondFactor(gateway, person);
    expect(await failuresOf(again)).toBe(0);
    expect((await answer(again, appShows(gateway, again.secret))).status).toBe(200);
  });

  it('ends with the password that they had', async () => {
    const person = await withSecondFactor(gateway);
    await guessAway(person);
    await person.client.post('/v1/auth/password/forgot', { email: person.email });
    const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === person.id);
    const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, person.email);
    const password = 'an altogether different phrase';
    const body = { token, password, password_confirmation: password };
    expect((await person.client.post('/v1/auth/password/reset', body)).status).toBe(200);
    expect((await answer({ ...person, password }, fresh(person))).status).toBe(200);
  });
});
