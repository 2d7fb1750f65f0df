import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, SecretRing } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { openQueues } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { SecretBox } from '../src/accounts/tokens/secret-box.ts';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { gatewayDoctor } from '../src/doctor/gateway-doctor.ts';
import { modules } from '../src/modules.ts';
import { baseEnv } from './gateway-process.ts';
import { selfSigned } from './self-signed.ts';

let parts: TestDatabase;
let sqs: TestSqs;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'postern-doctor-'));

beforeAll(async () => {
  parts = await testDatabase('doctor', migrations);
  sqs = await testSqs();
  await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
  env = {
    ...baseEnv(),
    ...{ DATABASE_URL: parts.url, SQS_ENDPOINT: sqs.endpoint, QUEUE_PREFIX: sqs.prefix, QUEUE_CREATE: 'false' },
    ...{ PUBLIC_URL: 'https://accounts.example.com', TRUST_PROXY: '1', ADMIN_TWO_FACTOR: 'required' },
  };
});
afterAll(async () => {
  await sqs.close();
  await parts.close();
  rmSync(folder, { recursive: true });
});

/** What the doctor finds with these changes of the environment. */
async function examine(changes: Record<string, string> = {}) {
  for (const [name, value] of Object.entries({ ...env, ...changes })) vi.stubEnv(name, value);
  try {
    const { code, out } = await runCommands([gatewayDoctor], 'doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: Finding[] };
    for (const { level, todo } of findings) if (level !== 'ok') expect(todo).toBeTruthy();
    const troubles = findings.filter(({ level }) => level !== 'ok');
    return { code, troubles: troubles.map(({ subject, level, what }) => `${level} ${subject}: ${what}`) };
  } finally {
    vi.unstubAllEnvs();
  }
}

describe('the doctor of the gateway', () => {
  it('finds nothing that fails where nothing is wrong', async () => {
    const { code, troubles } = await examine();
    expect(troubles.filter((line) => line.startsWith('failure'))).toEqual([]);
    expect(code).toBe(0);
  });

  it('finds what is wrong before it: no TLS, a proxy that is not trusted, administrators without a second factor', async () => {
    expect((await examine({ PUBLIC_URL: 'http://accounts.example.com' })).troubles).toContainEqual(
      expect.stringMatching(/^failure PUBLIC_URL: .*go over http/),
    );
    const { code, troubles } = await examine({ TRUST_PROXY: '0', ADMIN_TWO_FACTOR: 'off' });
    expect(code).toBe(1);
    expect(troubles).toContainEqual(expect.stringMatching(/^failure TRUST_PROXY: .*limits hit all of them/));
    // Of a product's own capabilities: without two-factor there is none to be had.
    const advised = troubles.some((line) => line.startsWith('warning ADMIN_TWO_FACTOR'));
    expect(advised).toBe(modules.includes(twoFactorModule));
  });

  it('finds a certificate of another name that soon expires, and one that has no key', async () => {
    const { cert, key } = selfSigned('127.0.0.1');
    const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(TLS_CERT_FILE, cert);
    writeFileSync(TLS_KEY_FILE, key);
    const files = { TLS_CERT_FILE, TLS_KEY_FILE };
    const { troubles } = await examine(files);
    expect(troubles).toContain('failure TLS_CERT_FILE: it is not for accounts.example.com, the host of PUBLIC_URL');
    expect(troubles).toContainEqual(expect.stringMatching(/^warning TLS_CERT_FILE: it expires in 0 days/));
    writeFileSync(TLS_KEY_FILE, selfSigned('127.0.0.1').key);
    expect((await examine(files)).troubles).toContainEqual(
      expect.stringMatching(/^failure TLS_CERT_FILE: .*not a certificate with its key/),
    );
  });

  it('finds a KEY_ENCRYPTION_KEY that does not open what is sealed, also one of the same id, and one to be re-encrypted', async () => {
    const ring = SecretRing.parse(`2026:${randomBytes(32).toString('base64')}`);
    const sealed = new SecretBox({ env: { KEY_ENCRYPTION_KEY: ring } }).seal('root-key', '1', randomBytes(32));
    await parts.database.sql('root_keys').insert({ id: 1, sealed });
    const other = randomBytes(32).toString('base64');
    for (const KEY_ENCRYPTION_KEY of [`2027:${other}`, `2026:${other}`]) {
      const { code, troubles } = await examine({ KEY_ENCRYPTION_KEY });
      expect(code).toBe(1);
      expect(troubles).toContainEqual(
        expect.stringMatching(/^failure KEY_ENCRYPTION_KEY: it does not open what root_keys holds/),
      );
    }
    const both = await examine({ KEY_ENCRYPTION_KEY: `2027:${other},${ring.toText()}` });
    expect(both.troubles).toContainEqual(
      expect.stringMatching(/^warning KEY_ENCRYPTION_KEY: 1 secrets .* another key/),
    );
    await parts.database.sql('root_keys').delete();
  });

  it('finds a signing key that has signed for years', async () => {
    const signs_from = new Date('2020-01-01');
    const row = { kid: 'old', public_jwk: '{}', private_key: randomBytes(60), created_at: signs_from, signs_from };
    await parts.database.sql('signing_keys').insert(row);
    expect((await examine()).troubles).toContainEqual(
      expect.stringMatching(/^warning signing keys: old signs for \d+ days/),
    );
    await parts.database.sql('signing_keys').delete();
  });
});
