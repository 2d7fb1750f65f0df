import { UserTwoFactorRemoved } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator, type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import { withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let admin: SignedInPerson;

beforeAll(async () => {
  gateway = await TestGateway.start();
  admin = await administrator(gateway);
});

afterAll(() => gateway.close());

const problem = (type: string) => `http://gateway.test/problems/${type}`;
const remove = (id: string, by: SignedInPerson) =>
  by.client.send('DELETE', `/v1/users/${id}/two-factor`, undefined, { token: by.accessToken });

describe('an administrator', () => {
  it('removes the factor of somebody who has lost it; they are signed out, notified, and sign in with the password', async () => {
    const person = await withSecondFactor(gateway);
    const { client, email, password } = person;
    const waiting = (await client.post('/v1/auth/login', { email, password })).body.challenge_token;
    expect((await remove(person.id, admin)).status).toBe(204);

    expect((await client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(401);
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    const late = { challenge_token: waiting, code: person.recoveryCodes[0] };
    expect((await client.post('/v1/auth/login/second-factor', late)).status).toBe(401);
    await gateway.events.next(UserTwoFactorRemoved, (data) => data.user_id === person.id && data.email === email);
    const again = await signedIn(gateway, person);
    const { body } = await client.get('/v1/auth/two-factor', { token: again.accessToken });
    expect(body).toMatchObject({ enabled: false, recovery_codes_left: 0 });
  });

  it('is on record with whom it was done to', async () => {
    const person = await withSecondFactor(gateway);
    await remove(person.id, admin);
    const { body } = await admin.client.get(`/v1/audit-log?subject_id=${person.id}&limit=1`, {
      token: admin.accessToken,
    });
    expect(body.items[0]).toMatchObject({ action: 'remove-two-factor', outcome: 'success', actor_id: admin.id });
  });

  it('does not get around their own factor', async () => {
    const careful = await withSecondFactor(gateway, await administrator(gateway));
    for (const id of [careful.id, careful.id.toUpperCase()]) {
      const refused = await remove(id, careful);
      expect([refused.status, refused.body.type]).toEqual([403, problem('own-two-factor')]);
    }
    expect((await remove(careful.id, admin)).status).toBe(204);
  });

  it('hears that there is nothing to remove, and nobody of whom', async () => {
    const person = await verified(gateway);
    const nothing = await remove(person.id, admin);
    expect([nothing.status, nothing.body.type]).toEqual([409, problem('two-factor-off')]);
    expect((await remove('0199346e-aef0-73a9-9842-4475266d9bd0', admin)).status).toBe(404);
  });

  it('has signed in recently', async () => {
    const person = await withSecondFactor(gateway);
    const late = await administrator(gateway);
    gateway.clock.advance(901);
    const { body } = await late.client.post('/v1/auth/refresh', { refresh_token: late.refreshToken });
    const refused = await remove(person.id, { ...late, accessToken: body.access_token });
    expect([refused.status, refused.body.type]).toEqual([403, problem('recent-sign-in-required')]);
    const left = await gateway.database.sql('totp_secrets').where({ user_id: idToBytes(person.id) });
    expect(left).toHaveLength(1);
  });
});
