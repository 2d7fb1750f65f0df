import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { FakeClock, idToBytes, newId, SecretRing } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journal } from '../src/accounts/audit/journal.ts';
import { RootKey } from '../src/accounts/root-key.ts';
import { RootReplacement } from '../src/accounts/sessions/root-replacement.ts';
import { KeyOperations } from '../src/accounts/tokens/key-operations.ts';
import { KeyRing } from '../src/accounts/tokens/key-ring.ts';
import { Resealing } from '../src/accounts/tokens/resealing.ts';
import { RootKeys } from '../src/accounts/tokens/root-keys.ts';
import { SecretBox, TOTP_PURPOSE } from '../src/accounts/tokens/secret-box.ts';
import { Client } from './accounts/client.ts';
import { signedIn } from './accounts/person.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];

let old: TestGateway;
const replicas: TestGateway[] = [];

/** A replica whose KEY_ENCRYPTION_KEY is this. */
async function replica(KEY_ENCRYPTION_KEY: string): Promise<TestGateway> {
  const gateway = await TestGateway.start({ replicaOf: old, env: { KEY_ENCRYPTION_KEY } });
  replicas.push(gateway);
  return gateway;
}

async function reEncrypt(gateway: TestGateway, dryRun = false) {
  const keys = gateway.container.get(KeyOperations);
  const last = new Map<string, { resealed: number; unreadable: number }>();
  for await (const progress of keys.reEncrypt({ dryRun, by: 'ada' })) last.set(progress.table, progress);
  const sum = (of: 'resealed' | 'unreadable') => [...last.values()].reduce((total, it) => total + it[of], 0);
  return { resealed: sum('resealed'), unreadable: sum('unreadable') };
}

beforeAll(async () => {
  old = await TestGateway.start({ env: { KEY_ENCRYPTION_KEY: OLD } });
});

afterAll(async () => {
  for (const gateway of replicas) await gateway.close();
  await old.close();
});

describe('rotating KEY_ENCRYPTION_KEY', () => {
  it('signs nobody out and loses no second factor, device or stored answer', async () => {
    const person = await withSecondFactor(old);
    const other = await signedIn(old);
    const registration = { headers: { 'idempotency-key': 'the-same-registration' } };
    const form = {
      ...{ first_name: 'Bo', last_name: 'Li', email: 'bo.li@example.com', mobile_number: '+4915112345678' },
      ...{ password: 'a long enough passphrase', password_confirmation: 'a long enough passphrase' },
    };
    const first = await new Client(old.url).post('/v1/auth/register', form, registration);
    const both = await replica(`${NEW},${OLD}`);
    expect(await reEncrypt(both, true)).toEqual({ resealed: 3, unreadable: 0 });
    expect(await reEncrypt(both)).toEqual({ resealed: 3, unreadable: 0 });
    expect(await reEncrypt(both)).toEqual({ resealed: 0, unreadable: 0 });
    expect(await both.container.get(KeyOperations).sealing()).toEqual([
      { id: 'new', values: 3 },
      { id: 'old', values: 0 },
      { id: '', values: 0 },
    ]);

    const client = new Client((await replica(NEW)).url);
    expect((await client.get('/v1/auth/user', { token: other.accessToken })).status).toBe(200);
    expect((await client.post('/v1/auth/refresh', { refresh_token: other.refreshToken })).status).toBe(200);
    const { email, password } = person;
    const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
    old.clock.advance(30);
    const answer = { challenge_token, code: appShows(old, person.secret) };
    expect((await client.post('/v1/auth/login/second-factor', answer)).status).toBe(200);
    const again = await client.post('/v1/auth/register', form, registration);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
  });

  it('takes on no ring that does not open what a table holds, and names the table', async () => {
    const gateway = await TestGateway.start({ env: { KEY_ENCRYPTION_KEY: OLD } });
    replicas.push(gateway);
    await withSecondFactor(gateway);
    const resealing = gateway.container.get(Resealing);
    const accepted = (ring: string) => resealing.requireOpened(SecretRing.parse(ring));
    await expect(accepted(NEW)).rejects.toThrow(/root_keys holds[\s\S]*signing_keys holds[\s\S]*totp_secrets holds/);
    await accepted(`${NEW},${OLD}`);
    gateway.config.env.KEY_ENCRYPTION_KEY.replaceBy(SecretRing.parse(`${NEW},${OLD}`));
    await reEncrypt(gateway);
    await accepted(NEW);
    await expect(accepted(OLD)).rejects.toThrow('does not open what totp_secrets holds');
  });

  it('takes on no ring that has other bytes under an id, however many values another key has sealed before those of that one', async () => {
    const gateway = await TestGateway.start({ env: { KEY_ENCRYPTION_KEY: OLD } });
    replicas.push(gateway);
    const resealing = gateway.container.get(Resealing);
    const { KEY_ENCRYPTION_KEY: ring } = gateway.config.env;
    ring.replaceBy(SecretRing.parse(`${NEW},${OLD}`));
    await reEncrypt(gateway);
    const sealedWith = (text: string) => {
      const id = newId();
      const box = new SecretBox({ env: { KEY_ENCRYPTION_KEY: SecretRing.parse(text) } });
      const secret = box.seal(TOTP_PURPOSE, id, randomBytes(20));
      return { user_id: idToBytes(id), secret, created_at: new Date(), last_step: 0 };
    };
    const rows = [...Array.from({ length: 50 }, () => sealedWith(NEW)), sealedWith(OLD)];
    await gateway.database.sql('totp_secrets').insert(rows);
    await resealing.requireOpened(ring);
    const otherBytes = SecretRing.parse(`${NEW},${key('old')}`);
    await expect(resealing.requireOpened(otherBytes)).rejects.toThrow('does not open what totp_secrets holds');
  });

  it('is not held up by a value that is damaged', async () => {
    const gateway = await TestGateway.start({ env: { KEY_ENCRYPTION_KEY: OLD } });
    replicas.push(gateway);
    await withSecondFactor(gateway);
    await gateway.database.sql('totp_secrets').update({ secret: randomBytes(48) });
    const both = SecretRing.parse(`${NEW},${OLD}`);
    gateway.config.env.KEY_ENCRYPTION_KEY.replaceBy(both);
    expect(await reEncrypt(gateway)).toEqual({ resealed: 2, unreadable: 1 });
    const resealing = gateway.container.get(Resealing);
    await expect(resealing.requireOpened(SecretRing.parse(NEW), both)).resolves.toBeUndefined();
    await expect(resealing.requireOpened(SecretRing.parse(NEW))).rejects.toThrow('totp_secrets');
  });

  it('leaves an entry in the audit log with who did it', async () => {
    await reEncrypt(await replica(`${NEW},${OLD}`));
    const entries = await old.database.sql('audit_log').where({ action: 're-encrypt' });
    expect(JSON.parse(entries.at(-1).details)).toEqual({ by: ['ada'], key: ['new'] });
  });

  it('reports what no key of the ring opens, and leaves it as it is', async () => {
    const stranger = await TestGateway.start({ env: { KEY_ENCRYPTION_KEY: OLD } });
    replicas.push(stranger);
    await stranger.container.get(KeyRing).ready();
    stranger.config.env.KEY_ENCRYPTION_KEY.replaceBy(SecretRing.parse(NEW));
    expect(await reEncrypt(stranger)).toEqual({ resealed: 0, unreadable: 2 });
    stranger.config.env.KEY_ENCRYPTION_KEY.replaceBy(SecretRing.parse(`${NEW},${OLD}`));
    expect(await reEncrypt(stranger)).toEqual({ resealed: 2, unreadable: 0 });
  });
});

describe('the root key', () => {
  it('is one for all gateways that start at once on an empty database', async () => {
    await old.database.sql('root_keys').delete();
    await old.database.sql('signing_keys').delete();
    const gateways = await Promise.all([replica(OLD), replica(OLD), replica(OLD), replica(OLD)]);
    const roots = gateways.map(({ config }) => config.accounts.root.bytes.toString('hex'));
    expect(new Set(roots).size).toBe(1);
    expect(roots[0]).not.toBe(SecretRing.parse(OLD).writing.bytes.toString('hex'));
  });

  it('is what tokens were derived from before there was one, wherever that is in the ring', async () => {
    await asBeforeRootKeys();
    expect(await rootWith(`${OLD},${NEW}`)).toEqual(SecretRing.parse(OLD).writing.bytes);
  });

  it('is not made while the key that tokens were derived from is missing', async () => {
    await asBeforeRootKeys();
    await expect(rootWith(NEW)).rejects.toThrow(/KEY_ENCRYPTION_KEY: it does not open the signing key/);
    expect(await old.database.sql('root_keys')).toEqual([]);
  });

  it('is another one when it is deleted, which signs everybody out', async () => {
    const before = await rootWith(OLD);
    await reEncrypt(old);
    await old.database.sql('root_keys').delete();
    const after = await rootWith(OLD);
    expect([before, SecretRing.parse(OLD).writing.bytes]).not.toContainEqual(after);
  });
});

/** The root key that a gateway with this ring starts with. */
async function rootWith(ring: string): Promise<Buffer> {
  const root = new RootKey();
  const box = new SecretBox({ env: { KEY_ENCRYPTION_KEY: SecretRing.parse(ring) } });
  await new RootKeys(old.database, box, { root }).load();
  return root.bytes;
}

/** As the release before left it: no root key, and a signing key that does not name the key that sealed it. */
async function asBeforeRootKeys(): Promise<void> {
  const { sql } = old.database;
  await old.container.get(KeyRing).ready();
  await sql('root_keys').delete();
  const { kid, private_key } = await sql('signing_keys').first();
  const key = Buffer.from(hkdfSync('sha256', SecretRing.parse(OLD).writing.bytes, '', 'postern/signing-key', 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(kid));
  const secret = old.container.get(SecretBox).open('signing-key', kid, private_key);
  const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  await sql('signing_keys').where({ kid }).update({ private_key: sealed });
}

describe('what operators do with keys', () => {
  it('writes its line of the audit log in the same transaction: where it cannot be written, nothing changes', async () => {
    const gateway = await TestGateway.start();
    replicas.push(gateway);
    const ring = gateway.container.get(KeyRing);
    await ring.ready();
    const before = await ring.list();
    const full = { record: () => Promise.reject(new Error('the table is full')) } as unknown as Journal;
    const keys = new KeyOperations(ring, gateway.container.get(Resealing), full, gateway.config.accounts);
    await expect(keys.rotate('ada')).rejects.toThrow('the table is full');
    await expect(keys.revoke(before[0]?.kid ?? '', 'ada')).rejects.toThrow('the table is full');
    expect((await ring.list()).map(({ kid, acceptedUntil }) => [kid, acceptedUntil])).toEqual([[before[0]?.kid, null]]);
  });

  it('replaces the root key while gateways serve: everybody signs in again, and the audit log reports who did it', async () => {
    const gateway = await TestGateway.start();
    replicas.push(gateway);
    const other = await TestGateway.start({ replicaOf: gateway });
    replicas.push(other);
    const [person, second] = [await signedIn(gateway), await withSecondFactor(gateway)];
    const steps: { ended: number; of: number }[] = [];
    for await (const step of gateway.container.get(RootReplacement).run('ada')) steps.push(step);
    expect(steps.at(-1)?.ended).toBe(steps.at(-1)?.of);
    expect(await gateway.container.get(RootReplacement).sessions()).toBe(0);

    const client = new Client(other.url);
    expect((await client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(401);
    const clock = new FakeClock();
    const watch = other.container.get(RootKeys).follow(clock, other.logger);
    clock.advance(10_000);
    await expect
      .poll(() => other.logger.lines.map(({ message }) => message))
      .toContain('the root key was replaced: everybody signs in again');
    await watch.stop();
    expect((await client.post('/v1/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    await gateway.container.get(RootKeys).load();
    for (const url of [gateway.url, other.url]) {
      const { email, password } = person;
      const { body } = await new Client(url).post('/v1/auth/login', { email, password });
      expect((await client.post('/v1/auth/refresh', { refresh_token: body.refresh_token })).status).toBe(200);
    }
    const { email, password } = second;
    expect((await client.post('/v1/auth/login', { email, password })).body).toHaveProperty('challenge_token');
    const [line] = await gateway.database.sql('audit_log').where({ action: 'replace-root-key' });
    expect(JSON.parse(line.details)).toEqual({ by: ['ada'] });
  });
});

it('has one first key for access tokens, however many replicas start at once on a new database', async () => {
  const gateway = await TestGateway.start();
  replicas.push(gateway);
  const others = await Promise.all([1, 2].map(() => TestGateway.start({ replicaOf: gateway })));
  const rings = [gateway, ...others].map(({ container }) => container.get(KeyRing));
  await Promise.all(rings.map((ring) => ring.ready()));
  expect(new Set(rings.map((ring) => ring.signing().kid)).size).toBe(1);
  expect(await gateway.database.sql('signing_keys')).toHaveLength(1);
  for (const other of others) await other.close();
});
