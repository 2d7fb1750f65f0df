import { UserSignedInFromNewDevice } from '@postern/events';
import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsConfig } from '../src/accounts/config.ts';
import { Argon2PasswordHasher } from '../src/accounts/passwords/argon2-password-hasher.ts';
import { HashQueue } from '../src/accounts/passwords/hash-queue.ts';
import { Client } from './accounts/client.ts';
import { signedIn, signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

const PHONE = 'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36';

describe('a sign-in from a new device', () => {
  it('is reported to the person, but not the first one of all, nor one from a device that is known', async () => {
    const person = await signedIn(gateway);
    await signedIn(gateway, person);
    const credentials = { email: person.email, password: person.password };
    const phone = new Client(gateway.url, PHONE);
    expect((await phone.post('/v1/auth/login', credentials, { from: '2001:db8:77::1' })).status).toBe(200);
    const event = await gateway.events.next(UserSignedInFromNewDevice, ({ user_id }) => user_id === person.id);
    expect(event).toMatchObject({ device: 'Chrome on Android', address_range: '2001:db8:77::/48' });

    await phone.post('/v1/auth/login', credentials, { from: '2001:db8:77::2' });
    const travelling = { ...credentials, device_token: person.deviceToken };
    await person.client.post('/v1/auth/login', travelling, { from: '192.0.2.1' });
    const last = await phone.post('/v1/auth/login', credentials, { from: '192.0.2.200' });
    expect(last.status).toBe(200);
    const isLast = ({ user_id, address_range }: { user_id: string; address_range: string }) =>
      user_id === person.id && address_range === '192.0.2.0/24';
    await gateway.events.next(UserSignedInFromNewDevice, isLast);
    const told = gateway.events.all(UserSignedInFromNewDevice).filter(({ user_id }) => user_id === person.id);
    expect(told.map(({ device }) => device)).toEqual(['Chrome on Android', 'Chrome on Android']);
  });
});

describe('a password hash of other costs', () => {
  it('is replaced at the next sign-in', async () => {
    const person = await verified(gateway);
    const { env } = gateway.config.accounts;
    const old = new Argon2PasswordHasher(
      new HashQueue({ concurrency: 1, limit: 1 }),
      new AccountsConfig({ ...env, PASSWORD_HASH_MEMORY_KIB: 64 }),
    );
    const row = () => gateway.database.sql('users').where({ id: idToBytes(person.id) });
    await row().update({ password_hash: await old.hash(person.password) });
    await signedIn(gateway, person);
    const [{ password_hash: hash }] = await row();
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    await signedIn(gateway, person);
  });
});

describe('more sign-ups at once than can be hashed', () => {
  it('are shed with 503 and when to try again, and leave nothing behind', async () => {
    const small = await TestGateway.start({
      env: {
        HASH_CONCURRENCY: '1',
        HASH_QUEUE_LIMIT: '2',
        PASSWORD_HASH_MEMORY_KIB: '19456',
        PASSWORD_HASH_PASSES: '10',
      },
    });
    try {
      const client = new Client(small.url);
      const answers = await Promise.all(Array.from({ length: 12 }, () => client.post('/v1/auth/register', signUp())));
      const shed = answers.filter(({ status }) => status === 503);
      const accepted = answers.filter(({ status }) => status === 201);
      expect(shed.length).toBeGreaterThan(0);
      expect(shed.length + accepted.length).toBe(12);
      for (const { body, headers } of shed) {
        expect(body.type).toBe('http://gateway.test/problems/overloaded');
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      }
      expect(await small.database.sql('sign_ups')).toHaveLength(accepted.length);
    } finally {
      await small.close();
    }
  });
});
