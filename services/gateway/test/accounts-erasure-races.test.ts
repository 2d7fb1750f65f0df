import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Links } from '../src/accounts/links/links.ts';
import { AdminCreation } from '../src/accounts/registration/admin-creation.ts';
import { Client } from './accounts/client.ts';
import { type SignedInPerson, signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const ROUNDS = 10;

let gateway: TestGateway;
let client: Client;
let admin: SignedInPerson;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
  const person = await verified(gateway);
  await gateway.container.get(AdminCreation).create(gateway.database, { email: person.email }, 'kim');
  admin = await signedIn(gateway, person);
});

afterAll(() => gateway.close());

describe('somebody who erases themselves', () => {
  const erase = ({ accessToken: token }: SignedInPerson) =>
    client.send('DELETE', '/v1/auth/user', undefined, { token });

  it('leaves no address to others, whether they have asked for it or had it once; the way back of one who had it stays for its week', async () => {
    const leaving = await signedIn(gateway);
    const others = [await signedIn(gateway), await signedIn(gateway), await signedIn(gateway)];
    const purposes = ['change-email', 'restore-email', 'restore-email'] as const;
    const hour = new Date(gateway.clock.now().getTime() + 3_600_000);
    await gateway.database.transaction(async (tx) => {
      for (const [index, { id: userId }] of others.entries()) {
        const purpose = purposes[index] as 'change-email';
        // The last one is over.
        const notAfter = index === 2 ? new Date(0) : hour;
        const link = { userId, purpose, recipient: leaving.email, newEmail: leaving.email, notAfter };
        await gateway.container.get(Links).issue(tx, link);
      }
    });
    expect((await erase(leaving)).status).toBe(204);
    const rows = await gateway.database.sql('link_tokens').where({ new_email: leaving.email });
    expect(rows.map(({ purpose }: { purpose: string }) => purpose)).toEqual(['restore-email']);
  });

  it('leaves no link to a request for a reset at the same moment', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const forgot = () => client.post('/v1/auth/password/forgot', { email: person.email });
      // Several, so that one of them has read the person when the erasure commits.
      const [, erased] = await Promise.all([forgot(), erase(person), forgot(), forgot(), forgot()]);
      expect(erased.status).toBe(204);
      const rows = gateway.database.sql('link_tokens').where({ user_id: idToBytes(person.id) });
      expect(await rows).toEqual([]);
    }
  });

  it('keeps no role that an administrator gives at the same moment', async () => {
    const { accessToken: token } = admin;
    for (let round = 0; round < ROUNDS; round++) {
      const person = await signedIn(gateway);
      const set = (roles: string[]) => client.send('PUT', `/v1/users/${person.id}/roles`, { roles }, { token });
      const [first, erased, ...further] = await Promise.all([
        set(['admin', 'user']),
        erase(person),
        set(['user']),
        set(['admin']),
        set([]),
      ]);
      expect(erased.status).toBe(204);
      for (const { status } of [first, ...further]) expect([200, 404]).toContain(status);
      const rows = gateway.database.sql('user_roles').where({ user_id: idToBytes(person.id) });
      expect(await rows).toEqual([]);
    }
  });
});
