import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, MemoryLogger, waitForDatabase } from '@postern/runtime';
import { openPatiently } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/playground/create-database.ts';
import { findExecutable } from '../src/testing/executables.ts';
import { type OwnMariadb, startMariadb } from '../src/testing/mariadb.ts';
import { Authority } from './certificates.ts';

const found = ['mariadbd', 'openssl'].every((program) => findExecutable([program], process.env));

describe.runIf(found)('a database that is reached by TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-tls-'));
  let ca: Authority;
  let other: Authority;
  let server: OwnMariadb;

  beforeAll(async () => {
    ca = new Authority(folder, 'ca');
    other = new Authority(folder, 'other');
    ca.issue('server', 'localhost');
    ca.issue('client', 'postern');
    const files = [`--ssl-ca=${ca.path('pem')}`, `--ssl-cert=${ca.path('pem', 'server')}`];
    const { TEST_DATABASE_URL: _shared, ...env } = process.env;
    server = (await startMariadb(env, [...files, `--ssl-key=${ca.path('key', 'server')}`])) as OwnMariadb;
    await createDatabase(`${server.url}/postern`);
    await onServer(
      "CREATE USER 'person'@'%' IDENTIFIED BY 'secret' REQUIRE SSL",
      "CREATE USER 'card'@'%' REQUIRE X509",
      "GRANT ALL ON postern.* TO 'person'@'%', 'card'@'%'",
    );
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  async function onServer(...statements: string[]): Promise<void> {
    const admin = openPatiently(`${server.url}/mysql`, { poolSize: 1 });
    for (const statement of statements) await admin.sql.raw(statement);
    await admin.close();
  }

  const url = (parameters: string, { user = 'person:secret', host = 'localhost' } = {}) =>
    `mysql://${user}@${host}:${new URL(server.url).port}/postern?${parameters}`;

  /** Connects as a service does when it starts: the cipher that the session has, or why it gave up. */
  async function start(address: string): Promise<string> {
    const logger = new MemoryLogger();
    const database = openPatiently(address, { logger, poolSize: 1 });
    try {
      await database.migrate([]);
      await waitForDatabase(database, { migrations: [], logger, signal: AbortSignal.timeout(120_000) });
      const [[row]] = await database.sql.raw("SHOW STATUS LIKE 'Ssl_cipher'");
      return row.Value;
    } catch (error) {
      const cause = error instanceof ConfigError ? error : (error as Error).cause;
      return (cause as Error).message;
    } finally {
      await database.close();
    }
  }

  it.each(['REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'])('is encrypted with ssl-mode=%s', async (mode) => {
    const authority = mode === 'REQUIRED' ? '' : `&ssl-ca=${ca.path('pem')}`;
    expect(await start(url(`ssl-mode=${mode}${authority}`))).toMatch(/AES|CHACHA/);
  });

  it.each(['VERIFY_CA', 'VERIFY_IDENTITY'])(
    'is not used with ssl-mode=%s when another authority signed',
    async (mode) => {
      expect(await start(url(`ssl-mode=${mode}&ssl-ca=${other.path('pem')}`))).toMatch(/certificate/);
    },
  );

  it('is not used with VERIFY_IDENTITY without ssl-ca: no public authority signed', async () => {
    expect(await start(url('ssl-mode=VERIFY_IDENTITY'))).toMatch(/certificate/);
  });

  it('accepts a client certificate, and nobody in its place', async () => {
    const verified = `ssl-mode=VERIFY_IDENTITY&ssl-ca=${ca.path('pem')}`;
    const card = `&ssl-cert=${ca.path('pem', 'client')}&ssl-key=${ca.path('key', 'client')}`;
    expect(await start(url(verified + card, { user: 'card' }))).toMatch(/AES|CHACHA/);
    expect(await start(url(verified, { user: 'card' }))).toMatch(/Access denied/);
  });

  it('is not spoken to in the clear by a user who needs TLS', async () => {
    expect(await start(url('ssl-mode=DISABLED'))).toMatch(/Access denied/);
  });

  it('is refused in the playground with what is wrong with the URL', async () => {
    const told = (address: string) => createDatabase(address).then(String, (error: Error) => error.message);
    expect(await told(url(`ssl-mode=VERIFY_CA&ssl-ca=${other.path('pem')}`))).toMatch(
      /no encrypted connection.*certificate/,
    );
    expect(await told(url('ssl-mode=DISABLED'))).toMatch(/refuses the user or password/);
    expect(await told(url(`ssl-mode=VERIFY_IDENTITY&ssl-ca=${ca.path('pem')}`))).toBe('undefined');
  });

  it('is not used with VERIFY_IDENTITY when its certificate is of another host; VERIFY_CA accepts it', async () => {
    ca.issue('server', 'elsewhere.example');
    await onServer('FLUSH SSL');
    const authority = `ssl-ca=${ca.path('pem')}`;
    expect(await start(url(`ssl-mode=VERIFY_IDENTITY&${authority}`))).toMatch(/does not match/);
    expect(await start(url(`ssl-mode=VERIFY_CA&${authority}`))).toMatch(/AES|CHACHA/);
    expect(await start(url(`ssl-mode=VERIFY_CA&${authority}`, { host: '127.0.0.1' }))).toMatch(/AES|CHACHA/);
  });
});

describe.runIf(found)('a database that has no TLS', () => {
  it('is not used by a URL that asks for it', async () => {
    const { TEST_DATABASE_URL: _shared, ...env } = process.env;
    const server = (await startMariadb(env, ['--skip-ssl'])) as OwnMariadb;
    try {
      const message = createDatabase(`${server.url}/postern?ssl-mode=REQUIRED`).then(
        String,
        (error: Error) => error.message,
      );
      expect(await message).toMatch(/no encrypted connection.*does not support/);
    } finally {
      await server.stop();
    }
  });
});
