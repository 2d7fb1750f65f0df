import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import { type Person, signedIn, verified } from './accounts/person.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let admin: Person;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { ADMIN_TWO_FACTOR: 'required' } });
  admin = await verified(gateway);
  await gateway.container.get(AdminCreation).create(gateway.database, { email: admin.email }, 'kim');
});

afterAll(() => gateway.close());

const login = ({ client, email, password }: Person) => client.post('/v1/auth/login', { email, password });

describe('where administrators need a second factor', () => {
  it('one without hears of it at the sign-in, and administers nothing before it is set up', async () => {
    const { body } = await login(admin);
    expect(body).toMatchObject({ status: 'signed_in', two_factor_required: true });
    const { access_token: token } = body;
    const reads = ['/v1/users', `/v1/users/${admin.id}`, '/v1/roles', `/v1/users/${admin.id}/roles`, '/v1/audit-log'];
    for (const path of reads) {
      const refused = await admin.client.get(path, { token });
      expect([refused.status, refused.body.type], path).toEqual([
        403,
        'http://gateway.test/problems/two-factor-required',
      ]);
    }
    // Nor elsewhere, where the token is all that is looked at: it claims no role that is refused here.
    expect(decodeJwt(token)).toMatchObject({ roles: ['user'], permissions: [] });
    expect((await admin.client.get('/v1/auth/user', { token })).body).toMatchObject({
      roles: ['user'],
      permissions: [],
    });
    // What is their own is not held back, or they could not set it up.
    expect((await admin.client.get('/v1/auth/user', { token })).status).toBe(200);

    const careful = await withSecondFactor(gateway, admin);
    expect((await admin.client.get('/v1/users', { token: careful.accessToken })).status).toBe(200);
    const { challenge_token } = (await login(admin)).body;
    const answer = { challenge_token, code: appShows(gateway, careful.secret) };
    const signedInAgain = await admin.client.post('/v1/auth/login/second-factor', answer);
    expect(signedInAgain.body.two_factor_required).toBeUndefined();
    const full = { token: signedInAgain.body.access_token };
    expect((await admin.client.get('/v1/users', full)).status).toBe(200);
    expect(decodeJwt(full.token).roles).toEqual(['admin', 'user']);
    expect((await admin.client.get('/v1/auth/user', full)).body.permissions).toContain('users.read');
  });

  it('it is asked of nobody else, and of whoever becomes one at once', async () => {
    const person = await verified(gateway);
    expect((await login(person)).body.two_factor_required).toBeUndefined();
    const { accessToken: token } = await signedIn(gateway, person);
    await gateway.container.get(AdminCreation).create(gateway.database, { email: person.email }, 'kim');
    expect((await person.client.get('/v1/users', { token })).body.type).toMatch(/two-factor-required$/);
  });
});
