import { UserDisabled, UserEnabled, UserRolesChanged } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import { Routes } from '../src/http/bind-routes.ts';
import { Client } from './accounts/client.ts';
import { type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const PASSWORD = 'the admin has a long passphrase';

let gateway: TestGateway;
let client: Client;
let admin: SignedInPerson;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
  admin = await newAdmin('root@example.com');
});

afterAll(() => gateway.close());

async function newAdmin(email: string, at = gateway): Promise<SignedInPerson> {
  const input = { email, firstName: 'Grace', lastName: 'Hopper', password: PASSWORD };
  const { id } = await at.container.get(AdminCreation).create(at.database, input, 'kim');
  return signedIn(at, { client: new Client(at.url), id, email, password: PASSWORD });
}

const asAdmin = (method: string, path: string, body?: unknown, { accessToken: token } = admin) =>
  client.send(method, path, body, { token });

describe('the first admin', () => {
  it('comes from the command line, and may do what admins may', async () => {
    const { body } = await client.get('/v1/auth/user', { token: admin.accessToken });
    expect(body.roles).toEqual(['admin', 'user']);
    expect(body.permissions).toEqual([
      'audit.read',
      'roles.read',
      'roles.write',
      'users.disable',
      'users.read',
      'users.two-factor',
    ]);
  });

  it('can be somebody who has an account already', async () => {
    const person = await verified(gateway);
    const promoted = await gateway.container
      .get(AdminCreation)
      .create(gateway.database, { email: person.email }, 'kim');
    expect(promoted).toEqual({ id: person.id, created: false });
    const { accessToken } = await signedIn(gateway, person);
    expect((await client.get('/v1/users', { token: accessToken })).status).toBe(200);
  });
});

describe('administration', () => {
  it('reads an id in capitals as the id that it is, wherever one is given', () => {
    const capitals = '0199346E-AEF0-73A9-9842-4475266D9BD0';
    const routes = gateway.container.getAll(Routes).flatMap((some) => some.routes);
    const read = routes.flatMap(({ operationId, params, query }) =>
      [params, query].flatMap((schema) => {
        if (!(schema instanceof z.ZodObject)) return [];
        const names = Object.keys(schema.shape).filter((name) => /^(id|after|.*_id)$/.test(name));
        return names.map((name) => [operationId, name, schema.shape[name].safeParse(capitals).data]);
      }),
    );
    expect(read.length).toBeGreaterThan(8);
    for (const [operationId, name, id] of read) {
      expect([operationId, name, id]).toEqual([operationId, name, capitals.toLowerCase()]);
    }
  });

  it('is closed to everybody else', async () => {
    const person = await signedIn(gateway);
    const id = admin.id;
    const operations: [string, string, unknown?][] = [
      ['GET', '/v1/users'],
      ['GET', `/v1/users/${id}`],
      ['POST', `/v1/users/${id}/disable`],
      ['POST', `/v1/users/${id}/enable`],
      ['DELETE', `/v1/users/${id}/two-factor`],
      ['GET', `/v1/users/${id}/roles`],
      ['PUT', `/v1/users/${id}/roles`, { roles: ['user'] }],
      ['GET', '/v1/roles'],
      ['GET', '/v1/audit-log'],
    ];
    for (const [method, path, body] of operations) {
      expect((await client.send(method, path, body, {})).status, path).toBe(401);
      expect((await asAdmin(method, path, body, person)).status, path).toBe(403);
    }
  });

  it('changes nothing for whoever has not signed in recently', async () => {
    const alone = await TestGateway.start();
    try {
      const late = await newAdmin('late@example.com', alone);
      alone.clock.advance(alone.config.env.RECENT_SIGN_IN_SECONDS + 1);
      const { body } = await late.client.post('/v1/auth/refresh', { refresh_token: late.refreshToken });
      const routes = alone.container.getAll(Routes).flatMap((some) => some.routes);
      const changing = routes.filter(({ tags, method }) => tags.includes('administration') && method !== 'get');
      expect(changing.map(({ operationId }) => operationId)).toContain('disableUser');
      for (const { operationId, method, path } of changing) {
        const answer = await late.client.send(method.toUpperCase(), path.replace(':id', late.id), undefined, {
          token: body.access_token,
        });
        expect([operationId, answer.status, answer.body.type]).toEqual([
          operationId,
          403,
          'http://gateway.test/problems/recent-sign-in-required',
        ]);
      }
    } finally {
      await alone.close();
    }
  });

  it('finds people, and pages through them without losing or repeating one', async () => {
    const tag = `page${Date.now()}`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const person = await signedIn(gateway);
      await client.send('PATCH', '/v1/auth/user', { last_name: `${tag} 100%_` }, { token: person.accessToken });
      ids.push(person.id);
    }
    const found: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const query: string = `/v1/users?search=${tag.toUpperCase()}&limit=2${after && `&after=${after}`}`;
      const { status, body } = await asAdmin('GET', query);
      expect(status).toBe(200);
      found.push(...body.items.map(({ id }: { id: string }) => id));
      after = body.next_after;
    }
    expect(found).toEqual(ids.toReversed());
    const literal = await asAdmin('GET', `/v1/users?search=${encodeURIComponent('100%_')}`);
    expect(literal.body.items).toHaveLength(5);
    expect((await asAdmin('GET', `/v1/users?search=${encodeURIComponent('%%%')}`)).body.items).toEqual([]);
    expect((await asAdmin('GET', `/v1/users/${ids[0]}`)).body).toMatchObject({ id: ids[0], disabled_at: null });
    expect((await asAdmin('GET', '/v1/users/0199346e-aef0-73a9-9842-4475266d9bd0')).status).toBe(404);
  });

  it('disables a person, whose sessions end at once, and enables them again', async () => {
    const person = await signedIn(gateway);
    const disabled = await asAdmin('POST', `/v1/users/${person.id}/disable`);
    expect(disabled.body.disabled_at).toEqual(expect.any(String));
    await gateway.events.next(UserDisabled, ({ user_id }) => user_id === person.id);
    expect((await client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    const { email, password } = person;
    expect((await client.post('/v1/auth/login', { email, password })).body.type).toMatch(/invalid-credentials$/);

    expect((await asAdmin('POST', `/v1/users/${person.id}/enable`)).body.disabled_at).toBeNull();
    await gateway.events.next(UserEnabled, ({ user_id }) => user_id === person.id);
    await signedIn(gateway, person);
  });

  it('gives and takes roles, which counts at once', async () => {
    const second = await signedIn(gateway);
    const path = `/v1/users/${second.id}/roles`;
    expect((await asAdmin('GET', path)).body).toEqual({ roles: ['user'] });
    expect((await asAdmin('PUT', path, { roles: ['user', 'admin'] })).body).toEqual({ roles: ['admin', 'user'] });
    await gateway.events.next(UserRolesChanged, (data) => data.user_id === second.id);
    const { body } = await client.post('/v1/auth/refresh', { refresh_token: second.refreshToken });
    const promoted = { ...second, accessToken: body.access_token };
    expect((await asAdmin('GET', '/v1/users', undefined, promoted)).status).toBe(200);
    // The token still says admin; the database does not.
    await asAdmin('PUT', path, { roles: ['user'] });
    expect((await asAdmin('GET', '/v1/users', undefined, promoted)).status).toBe(403);
    // One that a migration of the product has made.
    await gateway.database.sql('roles').insert({ name: 'editor', description: 'Writes' });
    expect((await asAdmin('PUT', path, { roles: ['user', 'editor'] })).body).toEqual({ roles: ['editor', 'user'] });
    await asAdmin('PUT', path, { roles: ['user'] });
    await gateway.database.sql('roles').where({ name: 'editor' }).delete();
    const unknown = await asAdmin('PUT', path, { roles: ['user', 'emperor'] });
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/roles/1']);
  });

  it('keeps the last admin who can sign in, beside one who is disabled and one whose address is not verified', async () => {
    const alone = await TestGateway.start();
    try {
      const { id, client: there, accessToken: token } = await newAdmin('only@example.com', alone);
      const closed = await newAdmin('closed@example.com', alone);
      expect((await there.post(`/v1/users/${closed.id}/disable`, undefined, { token })).status).toBe(200);
      const unverified = await newAdmin('unverified@example.com', alone);
      const rows = alone.database.sql('users').where({ id: idToBytes(unverified.id) });
      expect(await rows.update({ email_verified_at: null })).toBe(1);
      const attempts: [string, string, unknown?][] = [
        ['POST', `/v1/users/${id}/disable`],
        ['PUT', `/v1/users/${id}/roles`, { roles: ['user'] }],
        ['POST', `/v1/users/${id.toUpperCase()}/disable`],
        ['PUT', `/v1/users/${id.toUpperCase()}/roles`, { roles: ['user'] }],
        ['DELETE', '/v1/auth/user'],
      ];
      for (const [method, path, body] of attempts) {
        const answer = await there.send(method, path, body, { token });
        expect([answer.status, answer.body.type]).toEqual([409, 'http://gateway.test/problems/last-admin']);
      }
    } finally {
      await alone.close();
    }
  });

  it('reads the audit log: who, what, when, from where and how it ended, by ids alone', async () => {
    const person = await signedIn(gateway);
    await client.post('/v1/auth/login', { email: person.email, password: 'a wrong guess' });
    const { body } = await asAdmin('GET', `/v1/audit-log?subject_id=${person.id}&limit=2`);
    expect(body.items[0]).toMatchObject({
      action: 'sign-in',
      outcome: 'failure',
      reason: 'wrong password',
      actor_id: null,
      subject_id: person.id,
      address_range: '198.51.100.0/24',
    });
    expect(body.items[1]).toMatchObject({ action: 'sign-in', outcome: 'success', actor_id: person.id });
    const { body: rest } = await asAdmin(
      'GET',
      `/v1/audit-log?subject_id=${person.id}&after=${body.next_after}&limit=50`,
    );
    expect(rest.items.map(({ action }: { action: string }) => action)).toEqual(['verify-email', 'register']);
    expect(JSON.stringify([body, rest])).not.toContain(person.email);
  });
});
