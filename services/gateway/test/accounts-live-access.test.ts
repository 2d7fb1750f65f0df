import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RoleAssignment } from '../src/accounts/roles/role-assignment.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

const setRoles = (userId: string, roles: string[]) =>
  gateway.database.transaction((tx) =>
    gateway.container.get(RoleAssignment).set(tx, userId, roles, { operator: 'kim' }),
  );

describe('an access token', () => {
  it('repeats no stored answer once its session has ended', async () => {
    const person = await signedIn(gateway);
    const call = { token: person.accessToken, headers: { 'idempotency-key': 'once' } };
    const body = { new_email: `new.${person.email}` };
    expect((await person.client.post('/v1/auth/email/change', body, call)).status).toBe(202);
    const repeat = await person.client.post('/v1/auth/email/change', body, call);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    await person.client.post('/v1/auth/logout', undefined, { token: person.accessToken });
    const late = await person.client.post('/v1/auth/email/change', body, call);
    expect(late.status).toBe(401);
    expect(late.headers.get('idempotency-replayed')).toBeNull();
  });

  it('gives no access once its role was taken, and the attempt is recorded', async () => {
    const keeper = await signedIn(gateway);
    await setRoles(keeper.id, ['admin', 'user']);
    const person = await signedIn(gateway);
    await setRoles(person.id, ['admin', 'user']);
    const { body } = await person.client.post('/v1/auth/login', { email: person.email, password: person.password });
    const token = body.access_token;
    expect((await person.client.get('/v1/users', { token })).status).toBe(200);
    await setRoles(person.id, ['user']);
    for (const path of ['/v1/users', `/v1/users/${person.id}`, '/v1/roles', '/v1/audit-log']) {
      expect((await person.client.get(path, { token })).status, path).toBe(403);
    }
    const refused = await gateway.database
      .sql('audit_log')
      .where({ actor_id: idToBytes(person.id), action: 'access' })
      .orderBy('id');
    expect(refused.map(({ outcome, details }) => [outcome, JSON.parse(details)])).toEqual([
      ['failure', { permission: ['users.read'] }],
      ['failure', { permission: ['roles.read'] }],
      ['failure', { permission: ['audit.read'] }],
    ]);
  });

  it('counts at once when a role was given', async () => {
    const person = await signedIn(gateway);
    expect((await person.client.get('/v1/users', { token: person.accessToken })).status).toBe(403);
    await setRoles(person.id, ['admin', 'user']);
    expect((await person.client.get('/v1/users', { token: person.accessToken })).status).toBe(200);
  });
});
