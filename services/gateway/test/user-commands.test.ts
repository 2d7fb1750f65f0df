import { UserDisabled, UserErased } from '@postern/events';
import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import { userCommands } from '../src/commands/user-commands.ts';
import { Client } from './accounts/client.ts';
import { signedIn } from './accounts/person.ts';
import { withReset } from './accounts/taking.ts';
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

/** Who did what to a person, by the audit log. */
async function audited(id: string): Promise<string[]> {
  const rows = await gateway.database
    .sql('audit_log')
    .orderBy('id')
    .whereNotNull('details')
    .select('action', 'details', 'subject_id');
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return rows
    .filter(({ subject_id }) => bytes.equals(subject_id))
    .map(({ action, details }) => `${action} by ${JSON.parse(details).by}`);
}

describe('the commands about people', () => {
  it('find and show a person, by a part of the name, the address or the id', async () => {
    const { email, id } = await signedIn(gateway);
    const found = JSON.parse((await run('find', email.slice(0, 10), '--json')).out);
    expect(found).toMatchObject([{ id, email, disabled_at: null }]);
    for (const who of [email, id]) {
      const { code, out } = await run('show', who, '--json');
      expect({ code, ...JSON.parse(out) }).toMatchObject({
        code: 0,
        id,
        roles: ['user'],
        two_factor_since: null,
        sessions: 1,
      });
    }
    expect((await run('show', email)).out).toMatch(new RegExp(`email +${email}[\\s\\S]*sessions +1`));
    expect(await run('show', 'nobody@example.com')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('nobody has the address nobody@example.com'),
    });
    expect(await run('show', 'ann')).toMatchObject({ code: 2 });
  });

  it('disable and enable an account as the API does, and the audit log reports who did it', async () => {
    const person = await signedIn(gateway);
    expect(await run('disable', person.email, '--by', 'kim')).toMatchObject({ code: 0 });
    expect((await client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(401);
    await gateway.events.next(UserDisabled, (data) => data.user_id === person.id);
    expect(await run('enable', person.id, '--by', 'kim')).toMatchObject({ code: 0 });
    const { email, password } = person;
    expect((await client.post('/v1/auth/login', { email, password })).status).toBe(200);
    expect(await audited(person.id)).toEqual(['disable-user by kim', 'enable-user by kim']);
  });

  it('sign a person out everywhere, and leave the account open', async () => {
    const person = await signedIn(gateway);
    expect(await run('sign-out', person.email, '--by', 'kim')).toMatchObject({ code: 0 });
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    expect(await audited(person.id)).toEqual(['sign-out-everywhere by kim']);
  });

  it('take a password that others have, and with it all sessions; a mailed link sets a new one', async () => {
    const person = await signedIn(gateway);
    const { email, password, id, refreshToken } = person;
    const signIn = async (password: string) => (await client.post('/v1/auth/login', { email, password })).status;
    expect(await run('void-password', email, '--by', 'kim')).toMatchObject({ code: 0 });
    expect((await client.post('/v1/auth/refresh', { refresh_token: refreshToken })).status).toBe(401);
    expect(await signIn(password)).toBe(401);
    expect(await audited(id)).toEqual(['void-password by kim']);
    const renewed = 'violet tractor swims 41 miles';
    await withReset(gateway, person, renewed);
    expect([await signIn(password), await signIn(renewed)]).toEqual([401, 200]);
  });

  it('erase a person for good, and not by a slip', async () => {
    const person = await signedIn(gateway);
    expect(await run('erase', person.email)).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('add --yes'),
    });
    expect(await run('erase', person.email, '--yes', '--by', 'kim')).toMatchObject({ code: 0 });
    await gateway.events.next(UserErased, (data) => data.user_id === person.id);
    expect(await run('show', person.id)).toMatchObject({ code: 1 });
    expect(await audited(person.id)).toEqual(['erase by kim']);
  });

  it('keep the last administrator', async () => {
    const person = await signedIn(gateway);
    await gateway.container.get(AdminCreation).create(gateway.database, { email: person.email }, 'kim');
    for (const act of [['disable'], ['erase', '--yes']] as const) {
      expect(await run(act[0], person.email, ...act.slice(1))).toMatchObject({
        code: 1,
        complaints: expect.stringMatching(/admin/),
      });
    }
  });
});
