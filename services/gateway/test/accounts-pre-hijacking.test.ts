import { linkToken, UserEmailChangeRequested } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminCreation, AdminRefused } from '../src/accounts/registration/admin-creation.ts';
import { PENDING_PER_ADDRESS } from '../src/accounts/sign-ups/crowding.ts';
import { Client } from './accounts/client.ts';
import {
  actingAs,
  administrator,
  disabled,
  type PendingPerson,
  registered,
  signedIn,
  signUp,
  verify,
} from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const DAY_SECONDS = 86_400;
const problem = (type: string) => `http://gateway.test/problems/${type}`;

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

/** A stranger signs up with somebody's address, and then its owner does. */
async function both(): Promise<{ stranger: PendingPerson; owner: PendingPerson }> {
  const stranger = await registered(gateway, { first_name: 'Mallory', mobile_number: '+4930123456' });
  return { stranger, owner: await registered(gateway, { email: stranger.email }) };
}

const follow = (token: string, proof: object = {}) => client.post('/v1/auth/email/verify', { token, ...proof });
const login = ({ email, password }: { email: string; password: string }) =>
  client.post('/v1/auth/login', { email, password });

/** The account is what its owner asked for, and the stranger has no way in. */
async function expectOwners({ stranger, owner }: { stranger: PendingPerson; owner: PendingPerson }): Promise<void> {
  expect((await login(stranger)).status).toBe(401);
  const { accessToken: token } = await signedIn(gateway, owner);
  const { body } = await client.get('/v1/auth/user', { token });
  expect(body).toMatchObject({ id: owner.id, first_name: 'Adaline', mobile_number: '+4915112345678' });
  expect((await verify(stranger)).body.type).toBe(problem('link-ended'));
  expect(await gateway.database.sql('users').where({ email: owner.email })).toHaveLength(1);
  expect(await gateway.database.sql('sign_ups').where({ email: owner.email })).toEqual([]);
}

describe('an address that a stranger signed up with before its owner', () => {
  it('becomes what the owner asked for, who follows the link of their own sign-up', async () => {
    const people = await both();
    expect((await verify(people.owner)).status).toBe(200);
    await expectOwners(people);
  });

  it('becomes what the owner asked for, also when they follow the stranger’s link first', async () => {
    const people = await both();
    const { stranger, owner } = people;
    expect((await follow(stranger.verifyToken)).body.type).toBe(problem('sign-up-proof-required'));
    const own = { sign_up_secret: owner.signUpSecret, password: owner.password };
    expect((await follow(stranger.verifyToken, own)).body.type).toBe(problem('sign-up-password-wrong'));
    expect((await login(stranger)).status).toBe(401);
    expect((await verify(owner)).status).toBe(200);
    await expectOwners(people);
  });

  it('becomes what the owner asked for in another browser, with their password', async () => {
    const people = await both();
    const { verifyToken, password } = people.owner;
    expect((await follow(verifyToken, { password })).status).toBe(200);
    await expectOwners(people);
  });

  it('has no session, factor or role that the stranger could have left', async () => {
    const { stranger } = await both();
    expect((await login(stranger)).body.type).toBe(problem('invalid-credentials'));
    for (const path of ['/v1/auth/two-factor/totp', '/v1/auth/password/confirm', '/v1/auth/email/change']) {
      expect((await client.post(path, { password: stranger.password })).status, path).toBe(401);
    }
    expect((await client.post('/v1/auth/password/forgot', { email: stranger.email })).status).toBe(202);
    const user_id = idToBytes(stranger.id);
    for (const table of ['user_roles', 'sessions', 'totp_secrets', 'known_devices']) {
      expect(await gateway.database.sql(table).where({ user_id }), table).toEqual([]);
    }
    expect(await gateway.database.sql('users').where({ email: stranger.email })).toEqual([]);
  });

  it('becomes the admin whom the operator makes, with the operator’s password', async () => {
    const stranger = await registered(gateway, { first_name: 'Mallory' });
    const { email } = stranger;
    const password = 'the operator has a long passphrase';
    const admins = gateway.container.get(AdminCreation);
    const { id, created } = await admins.create(gateway.database, { email, password }, 'kim');
    expect(created).toBe(true);
    expect((await login(stranger)).status).toBe(401);
    const { accessToken: token } = await signedIn(gateway, { client, id, email, password });
    expect((await client.get('/v1/auth/user', { token })).body).toMatchObject({
      roles: ['admin', 'user'],
      first_name: 'Postern',
    });
    expect((await verify(stranger)).body.type).toBe(problem('link-ended'));
    await expect(
      admins.create(gateway.database, { email, password: 'another long passphrase' }, 'kim'),
    ).rejects.toThrow(/has an account/);
  });

  it('gives nobody a role before its sign-up is confirmed', async () => {
    const admin = actingAs(await administrator(gateway));
    const { stranger } = await both();
    const path = `/v1/users/${stranger.id}/roles`;
    expect((await admin.send('PUT', path, { roles: ['admin'] })).status).toBe(404);
    const { id } = await disabled(gateway);
    const answer = await admin.send('PUT', `/v1/users/${id}/roles`, { roles: ['admin'] });
    expect([answer.status, answer.body.type]).toEqual([409, problem('account-not-active')]);
  });
});

describe('a confirmed account', () => {
  it('is changed by no sign-up that began before it was confirmed', async () => {
    const { owner } = await both();
    await verify(owner);
    // As if the registration had been committed right after the confirmation.
    const late = await registered(gateway);
    await gateway.database
      .sql('sign_ups')
      .where({ id: idToBytes(late.id) })
      .update({ email: owner.email });
    expect((await verify(late)).body.type).toBe(problem('link-ended'));
    expect((await login(owner)).status).toBe(200);
    expect((await login({ email: owner.email, password: late.password })).status).toBe(401);
  });
});

describe('two honest sign-ups of one person', () => {
  it('are both valid until one is followed, and the one followed counts', async () => {
    const first = await registered(gateway);
    const second = await registered(gateway, { email: first.email, first_name: 'Augusta' });
    expect((await verify(first)).status).toBe(200);
    const { accessToken: token } = await signedIn(gateway, first);
    expect((await client.get('/v1/auth/user', { token })).body).toMatchObject({ id: first.id, first_name: 'Adaline' });
    expect((await login(second)).status).toBe(401);
    expect((await verify(second)).body.type).toBe(problem('link-ended'));
  });

  it('make one account when both links are followed at once', async () => {
    for (let round = 0; round < 5; round++) {
      const first = await registered(gateway);
      const people = [first];
      while (people.length < 4) people.push(await registered(gateway, { email: first.email }));
      const answers = await Promise.all(people.map(verify));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
      const winner = people[answers.findIndex(({ status }) => status === 200)] as PendingPerson;
      const users = await gateway.database.sql('users').where({ email: first.email });
      expect(users.map(({ id }) => id)).toEqual([idToBytes(winner.id)]);
      await signedIn(gateway, winner);
    }
  });
});

describe('an address that a sign-up, an address change and an operator take at once', () => {
  it('becomes that of one account', async () => {
    for (let round = 0; round < 5; round++) {
      const pending = await registered(gateway);
      const { email } = pending;
      const mover = await signedIn(gateway);
      await client.post('/v1/auth/email/change', { new_email: email }, { token: mover.accessToken });
      const event = await gateway.events.next(UserEmailChangeRequested, ({ user_id }) => user_id === mover.id);
      const token = linkToken(gateway.config.env.LINK_KEY, 'change-email', event.token_id, email);
      const admin = { email, password: 'the operator has a long passphrase' };
      const outcomes = await Promise.all([
        verify(pending).then(({ status }) => status),
        client.post('/v1/auth/email/change/confirm', { token, password: mover.password }).then(({ status }) => status),
        gateway.container
          .get(AdminCreation)
          .create(gateway.database, admin, 'kim')
          .then(
            () => 200,
            (error: unknown) => (error instanceof AdminRefused ? 409 : Promise.reject(error)),
          ),
      ]);
      expect(outcomes.filter((status) => status === 200)).toHaveLength(1);
      expect(outcomes.every((status) => [200, 409, 410].includes(status))).toBe(true);
      expect(await gateway.database.sql('users').where({ email })).toHaveLength(1);
      expect(await gateway.database.sql('sign_ups').where({ email })).toEqual([]);
    }
  });
});

describe('a pending sign-up', () => {
  it('ends after its life, and its address can be signed up with again', async () => {
    const aged = await TestGateway.start({ env: { SIGN_UP_DAYS: '1', VERIFY_LINK_SECONDS: String(7 * DAY_SECONDS) } });
    try {
      const person = await registered(aged);
      aged.clock.advance(DAY_SECONDS + 1);
      expect((await verify(person)).body.type).toBe(problem('link-expired'));
      const had = aged.events.envelopes.length;
      await person.client.post('/v1/auth/email/resend', { email: person.email });
      await expect
        .poll(() => aged.events.envelopes.slice(had).map(({ type }) => type))
        .toEqual(['user.request_ignored']);
      expect((await verify(await registered(aged, { email: person.email }))).status).toBe(200);
    } finally {
      await aged.close();
    }
  });

  it('is not pushed out by a stranger, who only pushes out their own', async () => {
    const owner = await registered(gateway);
    const { email } = owner;
    const flood = Array.from({ length: 3 * PENDING_PER_ADDRESS }, () =>
      client.post('/v1/auth/register', signUp({ email }), { from: '203.0.113.9' }),
    );
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([201]));
    await client.post('/v1/auth/register', signUp({ email }), { from: '203.0.113.9' });
    expect(await gateway.database.sql('sign_ups').where({ email })).toHaveLength(PENDING_PER_ADDRESS);
    expect((await verify(owner)).status).toBe(200);
  });

  it('slows down who guesses its password, and not who signed up', async () => {
    const strict = await TestGateway.start({ env: { GUESS_FREE_PER_ACCOUNT: '3' } });
    try {
      const person = await registered(strict);
      const guess = (password: string) =>
        person.client.post('/v1/auth/email/verify', { token: person.verifyToken, password });
      const answers = [];
      for (let index = 0; index < 4; index++) answers.push(await guess(`a wrong guess ${index}`));
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 429]);
      const recorded = await strict.database.sql('audit_log').where({ action: 'verify-email' }).pluck('reason');
      expect(recorded.sort()).toEqual(['told to wait', ...Array(3).fill('wrong password')]);
      expect((await verify(person)).status).toBe(200);
    } finally {
      await strict.close();
    }
  });
});
