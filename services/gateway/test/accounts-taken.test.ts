import { UserEmailChanged } from '@postern/events';
import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../src/accounts/audit/journal.ts';
import { userCommands } from '../src/commands/user-commands.ts';
import { Client } from './accounts/client.ts';
import { type Person, type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import { withSecondFactor } from './accounts/second-factor.ts';
import { changeLink, resetLink, taken, withPassword } from './accounts/taking.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

const run = (...args: string[]) =>
  runCommands(
    userCommands((work) => work({ database: gateway.database, get: (token) => gateway.container.get(token) })),
    'user',
    ...args,
  );

/** `user move`, by somebody who is sure of it. */
const move = (who: string, to: string) => run('move', who, to, '--yes', '--by', 'kim');

/** Somebody knows the password, and has moved the account to a mailbox of theirs and set another password. */
const take = async (owner: Person): Promise<SignedInPerson> =>
  withPassword(await taken(gateway, owner), 'now it is altogether mine');

describe('an account that was taken, and that an operator has moved back', () => {
  it("is its owner's again, who sets a new password by a link to their own mailbox", async () => {
    const owner = await verified(gateway);
    const thief = await take(owner);
    expect(await move(owner.id, owner.email)).toMatchObject({ code: 0 });
    const token = await resetLink(gateway, owner);
    const own = { password: 'my own phrase again', password_confirmation: 'my own phrase again' };
    expect((await client.post('/v1/auth/password/reset', { token, ...own })).status).toBe(200);
    expect((await signedIn(gateway, { ...owner, password: own.password })).id).toBe(owner.id);
    // As a change by the owner does, which tells the address before.
    const notice = await gateway.events.next(UserEmailChanged, ({ old_email }) => old_email === thief.email);
    expect(notice).toMatchObject({ user_id: owner.id, email: owner.email });
  });

  it('leaves whoever took it no session, link or password', async () => {
    const owner = await verified(gateway);
    const thief = await take(owner);
    const onwards = await changeLink(gateway, thief, `again.${thief.email}`);
    const reset = await resetLink(gateway, thief);
    expect(await move(thief.email, owner.email)).toMatchObject({ code: 0 });
    expect((await client.get('/v1/auth/user', { token: thief.accessToken })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token: thief.refreshToken })).status).toBe(401);
    for (const email of [thief.email, owner.email]) {
      expect((await client.post('/v1/auth/login', { email, password: thief.password })).status).toBe(401);
    }
    const ended = [410, 'http://gateway.test/problems/link-ended'];
    const confirmed = await client.post('/v1/auth/email/change/confirm', { token: onwards, password: thief.password });
    expect([confirmed.status, confirmed.body.type]).toEqual(ended);
    const twice = { password: 'mine once more, I think', password_confirmation: 'mine once more, I think' };
    const followed = await client.post('/v1/auth/password/reset', { token: reset, ...twice });
    expect([followed.status, followed.body.type]).toEqual(ended);
  });

  it('keeps its second factor, and the audit log reports who moved it', async () => {
    const owner = await withSecondFactor(gateway);
    expect(await move(owner.id, `own.${owner.email}`)).toMatchObject({ code: 0 });
    const shown = JSON.parse((await run('show', owner.id, '--json')).out);
    expect(shown).toMatchObject({ email: `own.${owner.email}`, two_factor_since: expect.any(String), sessions: 0 });
    const journal = gateway.container.get(Journal);
    const [newest] = await journal.past(gateway.database, { subjectId: owner.id, limit: 1 });
    expect(newest).toMatchObject({ action: 'assign-email', outcome: 'success', details: { by: ['kim'] } });
  });
});

describe('an account that cannot be moved as it was asked for', () => {
  it.each([
    ['to an address of somebody else', 'has another account', async () => (await verified(gateway)).email],
    ['to the address that it has', 'has this address already', async ({ email }: Person) => email],
  ])('%s stays as it is', async (_where, complaint, whither) => {
    const owner = await signedIn(gateway);
    const answer = await move(owner.id, await whither(owner));
    expect(answer).toMatchObject({ code: 1, complaints: expect.stringContaining(complaint) });
    expect((await client.get('/v1/auth/user', { token: owner.accessToken })).body.email).toBe(owner.email);
    await signedIn(gateway, owner);
  });

  it('is not moved by a slip, nor is somebody whom there is not', async () => {
    const owner = await signedIn(gateway);
    const to = `own.${owner.email}`;
    const slip = await run('move', owner.id, to, '--by', 'kim');
    expect(slip).toMatchObject({ code: 2, complaints: expect.stringContaining('add --yes') });
    expect((await client.get('/v1/auth/user', { token: owner.accessToken })).body.email).toBe(owner.email);
    expect(await move(to, owner.email)).toMatchObject({ code: 1, complaints: expect.stringContaining('nobody has') });
  });
});
