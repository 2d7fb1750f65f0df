import { UserTwoFactorLocked } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SignedInPerson, signedIn } from './accounts/person.ts';
import { appDoesNotShow, appShows, type Protected, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

/** 100 is the default and the most that can be set (`config.test.ts`); fewer show the same. */
const TRIES = 20;
const PERIOD_SECONDS = 30;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { TWO_FACTOR_TRIES: String(TRIES) } });
});

afterAll(() => gateway.close());

const problem = (type: string) => `http://gateway.test/problems/${type}`;

async function challenge({ client, email, password }: SignedInPerson): Promise<string> {
  return (await client.post('/v1/auth/login', { email, password })).body.challenge_token;
}

async function answer(person: SignedInPerson, code: string, from = '198.51.100.7') {
  return person.client.post(
    '/v1/auth/login/second-factor',
    { challenge_token: await challenge(person), code },
    { from },
  );
}

const wrongCode = ({ secret }: Protected) => appDoesNotShow(gateway, secret);

/** Wrong codes from ever new addresses, ten at once; returns how often each kind of answer came. */
async function failures(person: Protected, count: number): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (let done = 0; done < count; done += 10) {
    const some = Array.from({ length: Math.min(10, count - done) }, (_, index) =>
      answer(person, wrongCode(person), `203.0.113.${done + index}`),
    );
    for (const { body } of await Promise.all(some)) answers[body.type] = (answers[body.type] ?? 0) + 1;
  }
  return answers;
}

/** What became of the codes; that one was asked for comes before each. */
const audited = async (id: string) => {
  const rows = await gateway.database
    .sql('audit_log')
    .where({ subject_id: idToBytes(id) })
    .whereNot({ action: 'ask-second-factor' })
    .orderBy('id');
  return rows.map(({ action, outcome, reason }) => [action, outcome, reason].filter(Boolean).join(' '));
};

describe('codes of the app', () => {
  it('are refused, right ones too, after as many wrong ones in a row as are set, from whatever session or device', async () => {
    const person = await withSecondFactor(gateway);
    expect(await failures(person, TRIES - 1)).toEqual({ [problem('wrong-code')]: TRIES - 1 });
    expect((await answer(person, wrongCode(person))).body.type).toBe(problem('two-factor-locked'));

    const refused = await answer(person, appShows(gateway, person.secret));
    expect([refused.status, refused.body.type]).toEqual([403, problem('two-factor-locked')]);
    const { body } = await person.client.get('/v1/auth/two-factor', { token: person.accessToken });
    expect(body).toMatchObject({ enabled: true, locked_at: expect.any(String) });

    // The person is notified once, and a recovery code helps.
    await gateway.events.next(UserTwoFactorLocked, ({ user_id }) => user_id === person.id);
    expect((await answer(person, person.recoveryCodes[0] as string)).status).toBe(200);
    expect((await answer(person, appShows(gateway, person.secret))).status).toBe(200);
    const log = await audited(person.id);
    expect(log.filter((line) => line === 'second-factor failure wrong code')).toHaveLength(TRIES);
    expect(log.filter((line) => line.startsWith('lock-two-factor'))).toEqual(['lock-two-factor success']);
    expect(log.slice(-3)).toEqual([
      'second-factor failure locked',
      'sign-in success password and recovery code',
      'sign-in success password and code',
    ]);
    const told = gateway.events.all(UserTwoFactorLocked).filter(({ user_id }) => user_id === person.id);
    expect(told).toHaveLength(1);
  });

  it('are counted from the last right one', async () => {
    const person = await withSecondFactor(gateway);
    await failures(person, TRIES - 1);
    expect((await answer(person, appShows(gateway, person.secret))).status).toBe(200);
    gateway.clock.advance(PERIOD_SECONDS);
    expect(await failures(person, TRIES - 1)).toEqual({ [problem('wrong-code')]: TRIES - 1 });
    expect((await answer(person, appShows(gateway, person.secret))).status).toBe(200);
  });

  it('lock nothing when the right one comes twice at once as the last that may fail', async () => {
    const person = await withSecondFactor(gateway);
    await failures(person, TRIES - 1);
    const challenges = await Promise.all([challenge(person), challenge(person)]);
    const code = appShows(gateway, person.secret);
    const answers = await Promise.all(
      challenges.map((challenge_token) =>
        person.client.post('/v1/auth/login/second-factor', { challenge_token, code }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect((await audited(person.id)).filter((line) => line.startsWith('lock-two-factor'))).toEqual([]);
    gateway.clock.advance(PERIOD_SECONDS);
    expect((await answer(person, appShows(gateway, person.secret))).status).toBe(200);
  });

  it('are answered no oftener however many come at once', async () => {
    const person = await withSecondFactor(gateway);
    const token = await challenge(person);
    const all = await Promise.all(
      Array.from({ length: TRIES + 30 }, () =>
        person.client.post('/v1/auth/login/second-factor', { challenge_token: token, code: wrongCode(person) }),
      ),
    );
    expect(all.filter(({ body }) => body.type === problem('wrong-code')).length).toBeLessThan(TRIES);
    const log = await audited(person.id);
    expect(log.filter((line) => line === 'second-factor failure wrong code')).toHaveLength(TRIES);
    expect(log.filter((line) => line === 'lock-two-factor success')).toHaveLength(1);
  });

  it('are refused wherever codes are asked for, by one count', async () => {
    const person = await withSecondFactor(gateway);
    const { accessToken: token, client, password } = person;
    const confirm = (code: string) => client.post('/v1/auth/password/confirm', { password, code }, { token });
    await failures(person, TRIES / 2);
    for (let tries = 1; tries < TRIES / 2; tries++)
      expect((await confirm(wrongCode(person))).body.type).toBe(problem('wrong-code'));
    expect((await confirm(wrongCode(person))).body.type).toBe(problem('two-factor-locked'));
    const right = appShows(gateway, person.secret);
    const change = {
      current_password: password,
      code: right,
      password: 'another long one',
      password_confirmation: 'another long one',
    };
    expect((await client.post('/v1/auth/password/change', change, { token })).body.type).toBe(
      problem('two-factor-locked'),
    );
    expect((await answer(person, right)).body.type).toBe(problem('two-factor-locked'));
    expect((await confirm(person.recoveryCodes[0] as string)).status).toBe(200);
    expect((await audited(person.id)).at(-1)).toBe('confirm-password success password and recovery code');
    expect((await confirm(right)).status).toBe(200);
  });

  it('count while the app is set up, which can then be begun again', async () => {
    const person = await signedIn(gateway);
    const { accessToken: token, client } = person;
    const begin = async () => (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body.secret;
    const confirm = (code: string) => client.post('/v1/auth/two-factor/totp/confirm', { code }, { token });
    const first = { ...person, secret: await begin(), recoveryCodes: [] };
    for (let tries = 0; tries < TRIES; tries++) await confirm(wrongCode(first));
    expect((await confirm(appShows(gateway, first.secret))).body.type).toBe(problem('two-factor-locked'));
    expect((await confirm(appShows(gateway, await begin()))).status).toBe(200);
    expect(gateway.events.all(UserTwoFactorLocked).map(({ user_id }) => user_id)).not.toContain(person.id);
  });
});

describe('the audit log', () => {
  it('tells a used code from a wrong one, and by what somebody signed in', async () => {
    const person = await withSecondFactor(gateway);
    const code = appShows(gateway, person.secret);
    const [recovery] = person.recoveryCodes as [string];
    for (const one of [code, code, recovery, recovery, wrongCode(person), 'AAAAAAA']) await answer(person, one);
    expect((await audited(person.id)).slice(-6)).toEqual([
      'sign-in success password and code',
      'second-factor failure used code',
      'sign-in success password and recovery code',
      'second-factor failure used recovery code',
      'second-factor failure wrong code',
      'second-factor failure wrong recovery code',
    ]);
  });

  it('has a line for each use of one code at the same time', async () => {
    const person = await withSecondFactor(gateway);
    const tokens = await Promise.all(Array.from({ length: 5 }, () => challenge(person)));
    const code = appShows(gateway, person.secret);
    const answers = await Promise.all(
      tokens.map((challenge_token) => person.client.post('/v1/auth/login/second-factor', { challenge_token, code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const log = (await audited(person.id)).filter((line) => !line.startsWith('sign-in success password and'));
    // Where locks are fought for, one may be answered with 503: nothing became of it.
    const refused = answers.filter(({ status }) => status === 403);
    expect(refused.length).toBeGreaterThan(0);
    expect(log.filter((line) => line === 'second-factor failure used code')).toHaveLength(refused.length);
  });
});
