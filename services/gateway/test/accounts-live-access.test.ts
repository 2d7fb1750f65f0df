import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Permits } from '../src/accounts/roles/permits.ts';
import { RoleAssignment } from '../src/accounts/roles/role-assignment.ts';
import { RoleStore } from '../src/accounts/roles/role-store.ts';
import { UserStore } from '../src/accounts/users/user-store.ts';
import { actingAs, administrator, type SignedInPerson, signedIn, verified } from './accounts/person.ts';
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

/** An administrator's request that was let in, and whose body is held back until it is asked for. Returns the status of its answer. */
async function letIn(
  { accessToken }: SignedInPerson,
  method: string,
  path: string,
  body: object,
): Promise<() => Promise<number | undefined>> {
  const asked = vi.spyOn(gateway.container.get(Permits), 'of');
  const text = JSON.stringify(body);
  const sent = httpRequest(gateway.url + path, {
    ...{ method, agent: false },
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.flushHeaders();
  await expect.poll(() => asked.mock.settledResults.map(({ value }) => value)).toEqual(['granted']);
  return async () => {
    sent.end(text);
    const [answer] = await answered;
    await once(answer.resume(), 'end');
    return answer.statusCode;
  };
}

describe('an administrator whose request is under way', () => {
  it('gets no role back by it that was taken meanwhile, and the attempt is recorded', async () => {
    const [person] = [await administrator(gateway), await administrator(gateway)];
    const finish = await letIn(person, 'PUT', `/v1/users/${person.id}/roles`, { roles: ['admin', 'user'] });
    await setRoles(person.id, ['user']);
    expect(await finish()).toBe(403);
    const { roles } = await gateway.container.get(RoleStore).grantsOf(gateway.database, person.id);
    expect(roles).toEqual(['user']);
    const where = { actor_id: idToBytes(person.id), action: 'access', outcome: 'failure' };
    expect(await gateway.database.sql('audit_log').where(where)).toHaveLength(1);
  });

  it('does nothing by it once the session has ended', async () => {
    const [person, other] = [await administrator(gateway), await verified(gateway)];
    const finish = await letIn(person, 'POST', `/v1/users/${other.id}/disable`, {});
    expect((await actingAs(person).post('/v1/auth/logout')).status).toBe(204);
    expect(await finish()).toBe(401);
    expect(await gateway.container.get(UserStore).byId(gateway.database, other.id)).toMatchObject({ disabledAt: null });
  });
});
