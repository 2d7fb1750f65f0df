import { linkToken, UserPasswordChanged, UserPasswordResetRequested } from '@postern/events';
import { idToBytes, type Transaction } from '@postern/runtime';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountSwitch } from '../src/accounts/administration/account-switch.ts';
import { Erasure } from '../src/accounts/privacy/erasure.ts';
import { RoleAssignment } from '../src/accounts/roles/role-assignment.ts';
import { RoleStore } from '../src/accounts/roles/role-store.ts';
import { totpCode } from '../src/accounts/two-factor/totp.ts';
import type { User } from '../src/accounts/users/user.ts';
import { UserStore } from '../src/accounts/users/user-store.ts';
import { Client } from './accounts/client.ts';
import { type GatedPasswordHasher, startGated } from './accounts/gated-password-hasher.ts';
import { administrator, type Person, type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import type { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;
let hasher: GatedPasswordHasher;
let admin: SignedInPerson;

beforeAll(async () => {
  ({ gateway, hasher } = await startGated());
  client = new Client(gateway.url);
  admin = await administrator(gateway);
});

afterAll(() => gateway.close());

beforeEach(() => {
  hasher.outdated = false;
});

const newPassword = 'an altogether different phrase';

async function resetLink({ id, email }: Person): Promise<string> {
  await client.post('/v1/auth/password/forgot', { email });
  const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ user_id }) => user_id === id);
  return linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
}

async function reset(token: string): Promise<void> {
  const body = { token, password: newPassword, password_confirmation: newPassword };
  expect((await client.post('/v1/auth/password/reset', body)).status).toBe(200);
}

const login = ({ email }: Person, password: string) => client.post('/v1/auth/login', { email, password });

/** Does `meanwhile` while a sign-in with the right password waits for its hash. Returns the sign-in's status. */
async function loginDuring(person: Person, meanwhile: () => Promise<unknown>): Promise<number> {
  const { reached, open } = hasher.hold(person.password);
  const answer = login(person, person.password);
  await reached;
  await meanwhile();
  open();
  return (await answer).status;
}

async function disable({ id }: Person): Promise<void> {
  const { accessToken: token } = admin;
  expect((await client.post(`/v1/users/${id}/disable`, undefined, { token })).status).toBe(200);
}

/** Begins to set a second factor up. Returns what the app shows. */
async function enrol({ accessToken: token }: SignedInPerson): Promise<() => string> {
  const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
  return () => totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
}

async function confirm({ accessToken: token }: SignedInPerson, code: string): Promise<void> {
  expect((await client.post('/v1/auth/two-factor/totp/confirm', { code }, { token })).status).toBe(200);
}

/** Sets a second factor up. Returns what the app shows. */
async function turnOn(person: SignedInPerson): Promise<() => string> {
  const code = await enrol(person);
  await confirm(person, code());
  return code;
}

/** Whether any session of the person still lives. */
const isSignedIn = async ({ id }: Person) =>
  (
    await gateway.database
      .sql('sessions')
      .where({ user_id: idToBytes(id) })
      .whereNull('revoked_at')
  ).length > 0;

describe('a sign-in whose hash is still being computed', () => {
  it('opens no session once the password was reset', async () => {
    const person = await verified(gateway);
    const token = await resetLink(person);
    expect(await loginDuring(person, () => reset(token))).toBe(401);
    expect((await login(person, newPassword)).status).toBe(200);
  });

  it('does not bring the old password back by hashing it again', async () => {
    const person = await verified(gateway);
    const token = await resetLink(person);
    hasher.outdated = true;
    expect(await loginDuring(person, () => reset(token))).toBe(401);
    expect((await login(person, person.password)).status).toBe(401);
    expect((await login(person, newPassword)).status).toBe(200);
  });

  it('succeeds beside another that hashes the same password again', async () => {
    const person = await verified(gateway);
    hasher.outdated = true;
    expect(await loginDuring(person, () => login(person, person.password))).toBe(200);
  });

  it('opens no session once the person was disabled', async () => {
    const person = await verified(gateway);
    expect(await loginDuring(person, () => disable(person))).toBe(401);
  });

  it('opens no session once the person has erased the account', async () => {
    const person = await signedIn(gateway);
    const erase = async () => {
      const answer = await client.send('DELETE', '/v1/auth/user', undefined, { token: person.accessToken });
      expect(answer.status).toBe(204);
    };
    expect(await loginDuring(person, erase)).toBe(401);
  });

  it('opens no session once the person has signed out everywhere or turned a second factor on', async () => {
    const leaving = await signedIn(gateway);
    const leave = () => client.post('/v1/auth/logout-all', undefined, { token: leaving.accessToken });
    expect(await loginDuring(leaving, leave)).toBe(401);
    const careful = await signedIn(gateway);
    expect(await loginDuring(careful, () => turnOn(careful))).toBe(401);
  });
});

describe('a password change whose hash is still being computed', () => {
  it('does not replace the password of a reset', async () => {
    const person = await signedIn(gateway);
    const token = await resetLink(person);
    const { reached, open } = hasher.hold(person.password);
    const other = 'a phrase of whoever took the session';
    const body = { current_password: person.password, password: other, password_confirmation: other };
    const change = client.post('/v1/auth/password/change', body, { token: person.accessToken });
    await reached;
    await reset(token);
    open();
    expect((await change).status).toBe(401);
    expect((await login(person, other)).status).toBe(401);
    expect((await login(person, newPassword)).status).toBe(200);
  });

  it('mails its notice, with a link that works, to the address that the person has moved to meanwhile', async () => {
    const person = await signedIn(gateway);
    const { reached, open } = hasher.hold(person.password);
    const body = { current_password: person.password, password: newPassword, password_confirmation: newPassword };
    const change = client.post('/v1/auth/password/change', body, { token: person.accessToken });
    await reached;
    const newEmail = `new.${person.email}`;
    await gateway.database.transaction((tx) => gateway.container.get(UserStore).setEmail(tx, person.id, newEmail));
    open();
    expect((await change).status).toBe(200);
    const notice = await gateway.events.next(UserPasswordChanged, ({ user_id }) => user_id === person.id);
    expect(notice.email).toBe(newEmail);
    await reset(linkToken(gateway.config.env.LINK_KEY, 'reset-password', notice.token_id ?? '', notice.email));
  });
});

describe('a confirmation of the password whose hash is still being computed', () => {
  it('proves nothing once its own session has changed the password', async () => {
    const person = await signedIn(gateway);
    const { accessToken: token } = person;
    const { reached, open } = hasher.hold(person.password);
    const confirmation = client.post('/v1/auth/password/confirm', { password: person.password }, { token });
    await reached;
    const body = { current_password: person.password, password: newPassword, password_confirmation: newPassword };
    expect((await client.post('/v1/auth/password/change', body, { token })).status).toBe(200);
    open();
    const answer = await confirmation;
    expect([answer.status, answer.body.type]).toEqual([403, 'http://gateway.test/problems/wrong-password']);
  });
});

describe('a sign-in that waits for its second factor', () => {
  it('ends with a reset of the password', async () => {
    const person = await signedIn(gateway);
    const code = await turnOn(person);
    gateway.clock.advance(30);
    const { challenge_token } = (await login(person, person.password)).body;
    await reset(await resetLink(person));
    const answer = await client.post('/v1/auth/login/second-factor', { challenge_token, code: code() });
    expect([answer.status, answer.body.type]).toEqual([401, 'http://gateway.test/problems/challenge-invalid']);
  });
});

/** As often as the order of two requests that come at once should have come out both ways. */
const ROUNDS = 10;

describe('at the same moment', () => {
  it('a refresh keeps no session alive that disabling the person ends', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const [refreshed] = await Promise.all([
        client.post('/v1/auth/refresh', { refresh_token: person.refreshToken }),
        disable(person),
      ]);
      expect([200, 401]).toContain(refreshed.status);
      expect(await isSignedIn(person)).toBe(false);
      const token = refreshed.body.access_token ?? person.accessToken;
      expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
      const again = { refresh_token: refreshed.body.refresh_token ?? person.refreshToken };
      expect((await client.post('/v1/auth/refresh', again)).status).toBe(401);
    }
  });

  it('a second factor that is turned on keeps no session alive that a reset ends, and is on or off as it was answered', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const { accessToken: token } = person;
      const link = await resetLink(person);
      const { secret } = (await client.post('/v1/auth/two-factor/totp', undefined, { token })).body;
      const code = totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
      const [confirmed] = await Promise.all([
        client.post('/v1/auth/two-factor/totp/confirm', { code }, { token }),
        reset(link),
      ]);
      expect([200, 401]).toContain(confirmed.status);
      expect(await isSignedIn(person)).toBe(false);
      const { status } = (await login(person, newPassword)).body;
      expect(status).toBe(confirmed.status === 200 ? 'second_factor_required' : 'signed_in');
    }
  });

  it('a session leaves no link to move the address when another turns a second factor on', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const { accessToken: token } = await signedIn(gateway, person);
      const code = await enrol(person);
      const ask = () => client.post('/v1/auth/email/change', { new_email: `new.${person.email}` }, { token });
      // Several, so that one of them is at its link when the change commits.
      const asked = await Promise.all([ask(), confirm(person, code()), ask(), ask(), ask()]);
      for (const answer of asked) expect([undefined, 202, 401]).toContain(answer?.status);
      const links = { user_id: idToBytes(person.id), purpose: 'change-email' };
      expect(await gateway.database.sql('link_tokens').where(links)).toEqual([]);
    }
  });

  it('a right code opens no session that a reset does not end', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const code = await turnOn(person);
      gateway.clock.advance(30);
      const link = await resetLink(person);
      const { challenge_token } = (await login(person, person.password)).body;
      const [answer] = await Promise.all([
        client.post('/v1/auth/login/second-factor', { challenge_token, code: code() }),
        reset(link),
      ]);
      expect([200, 401]).toContain(answer.status);
      expect(await isSignedIn(person)).toBe(false);
    }
  });
});

describe('of two admins who cease to be one at once', () => {
  const by = { operator: 'kim' };
  const changing = (change: (tx: Transaction) => Promise<unknown>) => gateway.database.transaction(change);
  const admins = () => gateway.database.transaction((tx) => gateway.container.get(RoleStore).lockHolders(tx, 'admin'));
  const setRoles = (id: string, names: string[]) =>
    changing((tx) => gateway.container.get(RoleAssignment).set(tx, id, names, by));
  const close = (id: string) => changing((tx) => gateway.container.get(AccountSwitch).disable(tx, id, by));
  const erase = (id: string) =>
    changing(async (tx) => {
      const user = (await gateway.container.get(UserStore).lock(tx, id)) as User;
      return gateway.container.get(Erasure).eraseUser(tx, user, by);
    });

  it.each([
    ['loses the role as well', (id: string) => setRoles(id, ['user'])],
    ['is disabled', close],
    ['is erased', erase],
  ])('one stays, when one loses the role and the other %s', async (_how, cease) => {
    for (let round = 0; round < 5; round++) {
      const { id } = await verified(gateway);
      await setRoles(id, ['admin', 'user']);
      const [first = '', other = ''] = round % 2 ? await admins() : (await admins()).reverse();
      const results = await Promise.allSettled([setRoles(first, ['user']), cease(other)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await admins()).toEqual([results[0]?.status === 'rejected' ? first : other]);
    }
  });
});
