import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, openPatiently, startOf } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/playground/create-database.ts';
import { repositoryRoot } from '../src/repository.ts';
import { findExecutable } from '../src/testing/executables.ts';
import { type OwnMariadb, startMariadb } from '../src/testing/mariadb.ts';

const PATIENTLY = { timeout: 120_000 };
const key = () => randomBytes(32).toString('base64');

/** A gateway as it runs in production. No queue answers: what it accepts waits in the outbox. */
class Gateway {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly ports: Promise<{ http: number; ops: number }>;

  constructor(urlFile: string, keys: Record<string, string>, args: string[] = []) {
    const env = { ...bareEnvironment(), ...keys, DATABASE_URL_FILE: urlFile, SQS_ENDPOINT: 'http://127.0.0.1:1' };
    const { main, execArgv } = startOf(join(repositoryRoot, 'services/gateway'));
    this.#child = fork(main, args, { env, execArgv, stdio: 'ignore' });
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.ports = new Promise((resolve) =>
      this.#child.once('message', ({ ports }: { ports: { http: number; ops: number } }) => resolve(ports)),
    );
  }

  async register(): Promise<Response> {
    const password = `a long one ${randomUUID()}`;
    const names = { first_name: 'Ada', last_name: 'Lovelace', email: `${randomUUID()}@example.com` };
    return fetch(`http://127.0.0.1:${(await this.ports).http}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...names, password, password_confirmation: password }),
    });
  }

  async health(what: 'live' | 'ready'): Promise<number> {
    return (await fetch(`http://127.0.0.1:${(await this.ports).ops}/health/${what}`)).status;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

describe.runIf(findExecutable(['mariadbd'], process.env))('a gateway whose database server is in trouble', () => {
  let server: OwnMariadb;
  let gateway: Gateway;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'postern-trouble-'));
  const urlFile = join(folder, 'database_url');

  beforeAll(async () => {
    const { TEST_DATABASE_URL: _shared, ...env } = process.env;
    server = (await startMariadb(env)) as OwnMariadb;
    await createDatabase(`${server.url}/postern`);
    // A user like that of a service: root may write to a server that is read-only.
    await asRoot("CREATE USER 'service'@'%'", "GRANT ALL ON postern.* TO 'service'@'%'");
    url = `mysql://service@127.0.0.1:${new URL(server.url).port}/postern`;
    writeFileSync(urlFile, url);
    const ports = {
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: '0',
      GATEWAY_OPS_HOST: '127.0.0.1',
      GATEWAY_OPS_PORT: '0',
    };
    const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const secrets = { LINK_KEY: key(), GATEWAY_ENVELOPE_KEY: key(), KEY_ENCRYPTION_KEY: key() };
    const settings = { ...ports, ...aws, ...secrets, PUBLIC_URL: 'http://gateway.test' };
    expect(await new Gateway(urlFile, settings, ['migrate']).exited).toBe(0);
    gateway = new Gateway(urlFile, settings);
    await gateway.ports;
  });
  afterAll(async () => {
    await gateway?.kill();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  async function asRoot(...statements: string[]): Promise<void> {
    const root = openPatiently(`${server.url}/mysql`, { poolSize: 1 });
    for (const statement of statements) await root.sql.raw(statement);
    await root.close();
  }

  async function serves(): Promise<void> {
    await expect.poll(async () => (await gateway.register()).status, PATIENTLY).toBe(201);
    await expect.poll(() => gateway.health('ready'), PATIENTLY).toBe(200);
  }

  async function isToldToWait(): Promise<void> {
    const refused = await gateway.register();
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, 5]);
    expect([await gateway.health('ready'), await gateway.health('live')]).toEqual([503, 200]);
  }

  it('answers 503 and is not ready while it is read-only, and goes on when it may be written to', async () => {
    await serves();
    await asRoot('SET GLOBAL read_only = 1');
    await isToldToWait();
    await asRoot('SET GLOBAL read_only = 0');
    await serves();
  });

  it('answers 503 and is not ready while it is frozen, and goes on when it does', async () => {
    await serves();
    server.signal('SIGSTOP');
    await isToldToWait();
    server.signal('SIGCONT');
    await serves();
  });

  it('answers 503, not 500, when its password is no longer right, and goes on with the new one of its file', async () => {
    await serves();
    await asRoot("ALTER USER 'service'@'%' IDENTIFIED BY 'changed'");
    await asRoot('KILL USER service');
    await isToldToWait();
    writeFileSync(urlFile, url.replace('service@', 'service:changed@'));
    await serves();
  });
});
