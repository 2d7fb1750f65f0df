import {
  linkToken,
  UserEmailChanged,
  UserPasswordResetRequested,
  UserSignedInWithRecoveryCode,
  UserTwoFactorDisabled,
} from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountSwitch } from '../src/accounts/administration/account-switch.ts';
import { AddressAssignment } from '../src/accounts/administration/address-assignment.ts';
import { Journal } from '../src/accounts/audit/journal.ts';
import type { Answer } from './accounts/client.ts';
import { type Person, registered, type SignedInPerson, signedIn, verified, verify } from './accounts/person.ts';
import { appDoesNotShow, appShows, withSecondFactor } from './accounts/second-factor.ts';
import { moved, taken, wayBack, withPassword, withReset } from './accounts/taking.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const DAY = 86_400;
const PROBLEM = 'http://gateway.test/problems/';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

/** Follows the link of the notice, with a password and perhaps a code. */
async function follow(owner: Person, given: { password?: string; code?: string } = {}): Promise<Answer> {
  const body = { token: await wayBack(gateway, owner), password: owner.password, ...given };
  return owner.client.post('/v1/auth/email/change/revert', body);
}

const outcome = ({ status, body }: Answer) => [status, body.type?.replace(PROBLEM, '') ?? body.status];

/** Sets a password by the link that came with the account, and signs in. */
async function signedInAgain(owner: Person): Promise<SignedInPerson> {
  const { token_id } = await gateway.events.next(UserPasswordResetRequested, ({ email }) => email === owner.email);
  const token = linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, owner.email);
  const password = 'my own phrase again, and new';
  const set = await owner.client.post('/v1/auth/password/reset', { token, password, password_confirmation: password });
  expect(set.status).toBe(200);
  return signedIn(gateway, { ...owner, password });
}

async function recorded(userId: string): Promise<string[]> {
  const entries = await gateway.container.get(Journal).past(gateway.database, { subjectId: userId, limit: 20 });
  return entries.map(({ action, outcome: how, reason }) => [action, how, reason].filter(Boolean).join(' '));
}

describe('an account that somebody took who knew its password', () => {
  it("is its owner's again by the link in the notice and the password that they had", async () => {
    const owner = await verified(gateway);
    const thief = await withPassword(await taken(gateway, owner), 'now it is altogether mine');
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
    expect((await signedInAgain(owner)).id).toBe(owner.id);
    const { client, accessToken: token, refreshToken: refresh_token, deviceToken: device_token } = thief;
    expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token })).status).toBe(401);
    for (const email of [thief.email, owner.email]) {
      for (const { password } of [thief, owner]) {
        expect((await client.post('/v1/auth/login', { email, password, device_token })).status).toBe(401);
      }
    }
    expect(await recorded(owner.id)).toContain('restore-email success password');
  });

  it.each<[string, (owner: Person) => Promise<unknown>]>([
    [
      'the password before the address',
      async (owner) => {
        const thief = await withPassword(await signedIn(gateway, owner), 'mine from now on, I say');
        await moved(gateway, thief, `thief.${owner.email}`);
      },
    ],
    [
      'the password five times',
      async (owner) => {
        let thief = await taken(gateway, owner);
        for (const count of ['one', 'two', 'three', 'four', 'five'])
          thief = await withPassword(thief, `${count} of mine`);
      },
    ],
    [
      'the password by their mailbox',
      async (owner) => withReset(gateway, await taken(gateway, owner), 'reset by thieves'),
    ],
    ['the address twice', async (owner) => moved(gateway, await taken(gateway, owner), `further.${owner.email}`)],
    [
      'nothing but their sign-ins, everywhere',
      async (owner) => {
        const { client, accessToken: token } = await taken(gateway, owner);
        expect((await client.post('/v1/auth/logout-all', undefined, { token })).status).toBe(204);
      },
    ],
  ])('goes back whatever they changed: %s', async (_what, take) => {
    const owner = await verified(gateway);
    await take(owner);
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
    await signedInAgain(owner);
  });

  it('brings whoever took it no way back, by their first move or their second', async () => {
    const owner = await verified(gateway);
    const first = await taken(gateway, owner);
    const second = await moved(gateway, first, `further.${owner.email}`);
    await follow(owner);
    for (const { email } of [first, second]) {
      const notice = await gateway.events.next(UserEmailChanged, ({ old_email }) => old_email === email);
      expect(notice.user_id).toBe(owner.id);
      expect(notice).not.toHaveProperty('token_id');
    }
    // The last of them does not tell from where the owner came.
    const told = gateway.events.all(UserEmailChanged).find(({ old_email }) => old_email === second.email);
    expect(told).not.toHaveProperty('address_range');
  });

  it('stays with whoever has the mailbox alone, or the password alone', async () => {
    const owner = await verified(gateway);
    const thief = await taken(gateway, owner);
    expect(outcome(await follow(owner, { password: 'what might it be' }))).toEqual([403, 'wrong-password']);
    const { token_id = '' } = await gateway.events.next(UserEmailChanged, ({ old_email }) => old_email === owner.email);
    const token = linkToken(gateway.config.env.LINK_KEY, 'restore-email', token_id, thief.email);
    const forged = await thief.client.post('/v1/auth/email/change/revert', { token, password: owner.password });
    expect(outcome(forged)).toEqual([400, 'link-invalid']);
    expect(await recorded(owner.id)).toContain('confirm-password failure wrong password');
    expect((await thief.client.get('/v1/auth/user', { token: thief.accessToken })).body.email).toBe(thief.email);
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
  });
});

describe('an address that its owner left because somebody reads its mail', () => {
  it('gets the account by no password that was set, or replaced, by its mails', async () => {
    const owner = await verified(gateway);
    const reader = await withReset(gateway, owner, 'whoever reads the mail');
    const again = await withReset(gateway, owner, 'the owner once more');
    await moved(gateway, await signedIn(gateway, again), `new.${owner.email}`);
    for (const { password } of [reader, owner]) {
      expect(outcome(await follow(owner, { password }))).toEqual([403, 'wrong-password']);
    }
  });

  it('gets it by none of those either where an earlier address had a way back that is over', async () => {
    const before = await verified(gateway);
    const owner = await moved(gateway, await signedIn(gateway, before), `read.${before.email}`);
    const reader = await withPassword(
      await signedIn(gateway, await withReset(gateway, owner, 'whoever reads the mail')),
      'whoever reads the mail, again',
    );
    const again = await withReset(gateway, reader, 'the owner once more');
    gateway.clock.advance(8 * DAY);
    await moved(gateway, await signedIn(gateway, again), `new.${owner.email}`);
    for (const password of ['whoever reads the mail', reader.password]) {
      expect(outcome(await follow(owner, { password }))).toEqual([403, 'wrong-password']);
    }
  });
});

describe('an address that was left again within the week', () => {
  it('gets a link that works for a week from then', async () => {
    const owner = await verified(gateway);
    const away = await moved(gateway, await signedIn(gateway, owner), `away.${owner.email}`);
    const back = await moved(gateway, away, owner.email);
    gateway.clock.advance(6 * DAY);
    await moved(gateway, await signedIn(gateway, back), `thief.${owner.email}`);
    gateway.clock.advance(2 * DAY);
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
  });
});

describe('a second factor', () => {
  it('that whoever took the account turned on goes, and the mailbox is told', async () => {
    const owner = await verified(gateway);
    await withSecondFactor(gateway, await taken(gateway, owner));
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
    await signedInAgain(owner);
    const told = await gateway.events.next(UserTwoFactorDisabled, ({ user_id }) => user_id === owner.id);
    expect(told.email).toBe(owner.email);
  });

  it('that was on two weeks before stays, and is asked for after the password', async () => {
    const owner = await withSecondFactor(gateway);
    gateway.clock.advance(15 * DAY);
    const { email, password, client, secret } = owner;
    const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
    const signIn = { challenge_token, code: appShows(gateway, secret) };
    const { access_token: accessToken } = (await client.post('/v1/auth/login/second-factor', signIn)).body;
    await moved(gateway, { ...owner, accessToken }, `thief.${email}`);
    gateway.clock.advance(60);
    expect(outcome(await follow(owner, { password: 'wrong as can be' }))).toEqual([403, 'wrong-password']);
    expect(outcome(await follow(owner))).toEqual([403, 'code-required']);
    expect(outcome(await follow(owner, { code: appDoesNotShow(gateway, secret) }))).toEqual([403, 'wrong-code']);
    const code = appShows(gateway, secret);
    expect(outcome(await follow(owner, { code }))).toEqual([200, 'email_restored']);
    const { password: next, accessToken: none } = await signedInAgain(owner);
    expect(none).toBeUndefined();
    expect(gateway.events.all(UserSignedInWithRecoveryCode).filter(({ user_id }) => user_id === owner.id)).toEqual([]);
    // Used up.
    const waiting = (await client.post('/v1/auth/login', { email, password: next })).body.challenge_token;
    const again = await client.post('/v1/auth/login/second-factor', { challenge_token: waiting, code });
    expect(outcome(again)).toEqual([403, 'wrong-code']);
  });
});

describe('a recovery code for the link back', () => {
  it('is mailed to the owner as any other', async () => {
    const owner = await withSecondFactor(gateway);
    gateway.clock.advance(15 * DAY);
    const { id, email, password, client, secret, recoveryCodes } = owner;
    const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
    const signIn = { challenge_token, code: appShows(gateway, secret) };
    const { access_token: accessToken } = (await client.post('/v1/auth/login/second-factor', signIn)).body;
    await moved(gateway, { ...owner, accessToken }, `thief.${email}`);
    const [code = ''] = recoveryCodes;
    expect(outcome(await follow(owner, { code }))).toEqual([200, 'email_restored']);
    const told = await gateway.events.next(UserSignedInWithRecoveryCode, ({ user_id }) => user_id === id);
    expect(told.email).toBe(email);
    expect(await recorded(id)).toContain('restore-email success password and recovery code');
  });
});

describe('the link back', () => {
  it('is used up by being followed, and is over after a week', async () => {
    const [owner, late] = [await verified(gateway), await verified(gateway)];
    await taken(gateway, owner);
    await taken(gateway, late);
    await follow(owner);
    expect(outcome(await follow(owner))).toEqual([410, 'link-used']);
    expect(await recorded(owner.id)).toContain('restore-email failure link-used');
    gateway.clock.advance(7 * DAY + 1);
    expect(outcome(await follow(late))).toEqual([410, 'link-expired']);
  });

  it('waits while the account is disabled', async () => {
    const owner = await verified(gateway);
    await taken(gateway, owner);
    const change = (how: 'disable' | 'enable') =>
      gateway.database.transaction((tx) =>
        gateway.container.get(AccountSwitch)[how](tx, owner.id, { operator: 'kim' }),
      );
    await change('disable');
    // Not that it ended, which would have its owner sign up anew.
    expect(outcome(await follow(owner))).toEqual([409, 'account-disabled']);
    await change('enable');
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
  });

  it('is over when the account was erased, has come back already, or an operator has moved it', async () => {
    const [erased, back, assigned] = [await verified(gateway), await verified(gateway), await verified(gateway)];
    const thief = await taken(gateway, erased);
    await thief.client.send('DELETE', '/v1/auth/user', undefined, { token: thief.accessToken });
    await moved(gateway, await taken(gateway, back), back.email);
    await withPassword(await taken(gateway, assigned), 'mine, and soon forgotten');
    const assignment = gateway.container.get(AddressAssignment);
    await assignment.assign(gateway.database, assigned.id, `own.${assigned.email}`, 'kim');
    for (const owner of [erased, back, assigned]) expect(outcome(await follow(owner))).toEqual([410, 'link-ended']);
    for (const { id } of [erased, assigned]) {
      const rows = gateway.database.sql('former_passwords').where({ user_id: idToBytes(id) });
      expect(await rows).toEqual([]);
    }
  });

  it('stays good when the address has become that of another account', async () => {
    const owner = await verified(gateway);
    await taken(gateway, owner);
    const stranger = await registered(gateway, { email: owner.email });
    expect((await verify(stranger)).status).toBe(200);
    expect(outcome(await follow(owner))).toEqual([409, 'email-taken']);
    expect(await recorded(owner.id)).toContain('restore-email failure email-taken');
    const { client, accessToken: token } = await signedIn(gateway, stranger);
    expect((await client.send('DELETE', '/v1/auth/user', undefined, { token })).status).toBe(204);
    expect(outcome(await follow(owner))).toEqual([200, 'email_restored']);
  });
});
