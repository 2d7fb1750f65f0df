import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyRing } from '../src/accounts/tokens/key-ring.ts';
import { Client } from './accounts/client.ts';
import { type SignedInPerson, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;
let person: SignedInPerson;
let genuine: { header: Record<string, unknown>; claims: Record<string, unknown>; key: KeyObject };

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
  person = await signedIn(gateway);
  genuine = {
    header: { ...decodeProtectedHeader(person.accessToken) },
    claims: { ...decodeJwt(person.accessToken) },
    key: gateway.container.get(KeyRing).signing().privateKey,
  };
});

afterAll(() => gateway.close());

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of the gateway's own key, with what is changed about it. */
async function made(header: Record<string, unknown>, claims: Record<string, unknown>, key = genuine.key) {
  return new SignJWT({ ...genuine.claims, ...claims })
    .setProtectedHeader({ ...genuine.header, alg: 'EdDSA', ...header })
    .sign(key);
}

describe('access tokens', () => {
  it('report who, for whom, since when and how long, and can be verified by anybody with the published keys', async () => {
    const keys = createRemoteJWKSet(new URL(`${gateway.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(person.accessToken, keys, {
      issuer: 'http://gateway.test',
      audience: 'postern',
      typ: 'at+jwt',
      algorithms: ['EdDSA'],
    });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toMatchObject({ sub: person.id, client_id: 'postern' });
    expect((payload.exp as number) - (payload.iat as number)).toBe(600);
    expect(JSON.stringify(payload)).not.toContain(person.email);
  });

  it('are accepted when they are remade as they were, so that the attacks below fail for their own reason', async () => {
    expect((await client.get('/v1/auth/user', { token: await made({}, {}) })).status).toBe(200);
  });

  it('are refused without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      const token = `${base64({ ...genuine.header, alg })}.${base64(genuine.claims)}.`;
      expect((await client.get('/v1/auth/user', { token })).status, alg).toBe(401);
    }
  });

  it('are refused when the public key was used as an HMAC secret', async () => {
    const { body } = await client.get('/.well-known/jwks.json');
    const [jwk] = body.keys;
    for (const secret of [Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.x), Buffer.from(JSON.stringify(jwk))]) {
      const head = `${base64({ ...genuine.header, alg: 'HS256' })}.${base64(genuine.claims)}`;
      const token = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
      expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
    }
  });

  it('are refused under a kid that is not one of ours, whatever it looks like', async () => {
    const kids = [
      '../../../../dev/null',
      '/etc/passwd',
      "' OR 1=1 --",
      '__proto__',
      'constructor',
      '',
      'http://x/jwks',
    ];
    for (const kid of kids) {
      expect((await client.get('/v1/auth/user', { token: await made({ kid }, {}) })).status, kid).toBe(401);
    }
    const { kid: _, ...header } = genuine.header;
    const token = await new SignJWT(genuine.claims).setProtectedHeader({ ...header, alg: 'EdDSA' }).sign(genuine.key);
    expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
  });

  it('are refused when the header brings its own key or names one', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const url = 'http://127.0.0.1:1/keys.json';
    const headers = [
      { jwk },
      { jku: url },
      { x5u: url },
      { jwk, kid: 'mine' },
      { x5c: ['MIIB'] },
      { crit: ['b64'], b64: true },
    ];
    for (const header of headers) {
      const token = await made(header, {}, privateKey);
      expect((await client.get('/v1/auth/user', { token })).status, JSON.stringify(header)).toBe(401);
    }
  });

  it('are refused when they are expired, not valid yet, from or for somebody else, or of another type', async () => {
    const now = Math.floor(Date.now() / 1000);
    const attacks: [Record<string, unknown>, Record<string, unknown>][] = [
      [{}, { exp: now - 60 }],
      [{}, { nbf: now + 60 }],
      [{}, { aud: 'another-service' }],
      [{}, { aud: undefined }],
      [{}, { iss: 'http://evil.test' }],
      [{}, { exp: undefined }],
      [{}, { nbf: undefined }],
      [{}, { sub: undefined }],
      [{}, { sid: 'not a session' }],
      [{}, { roles: 'admin' }],
      [{ typ: 'JWT' }, {}],
      [{ typ: 'rt+jwt' }, {}],
      [{ typ: undefined }, {}],
    ];
    for (const [header, claims] of attacks) {
      const token = await made(header, claims);
      expect((await client.get('/v1/auth/user', { token })).status, JSON.stringify([header, claims])).toBe(401);
    }
  });

  it('are refused when a byte of them was changed', async () => {
    const [head, body, signature] = person.accessToken.split('.') as [string, string, string];
    const admin = base64({ ...genuine.claims, permissions: ['users.read'] });
    for (const token of [`${head}.${admin}.${signature}`, `${head}.${body}`, `${head}.${body}.`, 'a.b.c', '....']) {
      expect((await client.get('/v1/auth/user', { token })).status).toBe(401);
    }
  });

  it('are refused after ten minutes, also by a replica that has seen them before', async () => {
    const late = await signedIn(gateway);
    expect((await client.get('/v1/auth/user', { token: late.accessToken })).status).toBe(200);
    gateway.clock.advance(606);
    expect((await client.get('/v1/auth/user', { token: late.accessToken })).status).toBe(401);
  });
});

describe('a rotation of keys', () => {
  it('publishes two keys, signs with the new one a minute later, and accepts the old one until its tokens are over', async () => {
    const ring = gateway.container.get(KeyRing);
    const before = await signedIn(gateway);
    const { kid } = await ring.rotate();
    const published = async () =>
      (await client.get('/.well-known/jwks.json')).body.keys.map((key: { kid: string }) => key.kid);
    expect(await published()).toEqual([kid, genuine.header.kid]);

    const early = await signedIn(gateway);
    expect(decodeProtectedHeader(early.accessToken).kid).toBe(genuine.header.kid);
    gateway.clock.advance(61);
    const after = await signedIn(gateway);
    expect(decodeProtectedHeader(after.accessToken).kid).toBe(kid);
    for (const { accessToken } of [before, early, after]) {
      expect((await client.get('/v1/auth/user', { token: accessToken })).status).toBe(200);
    }
    gateway.clock.advance(600 + 61);
    expect(await published()).toEqual([kid]);
    expect((await client.get('/v1/auth/user', { token: await made({}, { exp: 99_999_999_999 }) })).status).toBe(401);
  });

  it('leaves no private key in the database that opens without KEY_ENCRYPTION_KEY', async () => {
    const rows: { private_key: Buffer }[] = await gateway.database.sql('signing_keys');
    const pkcs8 = Buffer.from('302e020100300506032b6570', 'hex');
    for (const { private_key } of rows) expect(private_key.includes(pkcs8)).toBe(false);
  });
});

describe('a signing key that was damaged in the database', () => {
  it.each([
    ['no JSON', '{"kty":"OK'],
    ['no key', '{"kty":"OKP","crv":"Ed25519","x":"short"}'],
  ])('(%s) is warned of and left out, and the others sign and are accepted', async (_, public_jwk) => {
    const { sql } = gateway.database;
    const [sound] = await sql('signing_keys').whereNull('accepted_until').limit(1);
    const { accessToken: token } = await signedIn(gateway);
    const replica = await TestGateway.start({ replicaOf: gateway });
    try {
      await sql('signing_keys').insert({ ...sound, kid: 'damaged', public_jwk });
      const ring = replica.container.get(KeyRing);
      await ring.check();
      expect((await ring.list()).map(({ kid }) => kid)).not.toContain('damaged');
      expect((await new Client(replica.url).get('/v1/auth/user', { token })).status).toBe(200);
      expect(replica.logger.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', fields: { kid: 'damaged', reason: expect.any(String) } }),
      );
    } finally {
      await sql('signing_keys').where({ kid: 'damaged' }).delete();
      await replica.close();
    }
  });
});

describe('a service that knows the issuer alone', () => {
  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    'finds the keys by %s',
    async (path) => {
      const { status, body } = await client.get(path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        issuer: decodeJwt(person.accessToken).iss,
        jwks_uri: 'http://gateway.test/.well-known/jwks.json',
        id_token_signing_alg_values_supported: ['EdDSA', 'ES256'],
      });
    },
  );
});

describe('ACCESS_TOKEN_ALGORITHM', () => {
  it('signs with ES256 where that is set, and verifies each key by its own algorithm alone', async () => {
    const other = await TestGateway.start({ env: { ACCESS_TOKEN_ALGORITHM: 'ES256' } });
    try {
      const { accessToken, id } = await signedIn(other);
      const keys = createRemoteJWKSet(new URL(`${other.url}/.well-known/jwks.json`));
      const { payload } = await jwtVerify(accessToken, keys, { algorithms: ['ES256'], typ: 'at+jwt' });
      expect(payload.sub).toBe(id);
      const there = new Client(other.url);
      expect((await there.get('/v1/auth/user', { token: accessToken })).status).toBe(200);
      const header = decodeProtectedHeader(accessToken);
      const forged = await new SignJWT(payload)
        .setProtectedHeader({ ...header, alg: 'EdDSA' })
        .sign(generateKeyPairSync('ed25519').privateKey);
      expect((await there.get('/v1/auth/user', { token: forged })).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});
