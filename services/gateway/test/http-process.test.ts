import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { openQueues, QueueConsumer, SdkSqsApi } from '@postern/queue';
import { type TestSqs, testSqs } from '@postern/queue/testing';
import { MemoryLogger, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { baseEnv, GatewayProcess } from './gateway-process.ts';
import { send } from './http-harness.ts';
import { Valve } from './valve.ts';

/** Conditions are waited for; on a busy machine they take their time. */
const PATIENTLY = { timeout: 60_000 };

let sqs: TestSqs;
let db: TestDatabase;
let prefix: string;
beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());
beforeEach(async () => {
  db = await testDatabase('gateway-process');
  prefix = `${sqs.prefix}${newId().slice(-8)}-`;
  return () => db.close();
});

function start(env: Record<string, string> = {}, args: string[] = []): GatewayProcess {
  const process = new GatewayProcess(
    { ...baseEnv(), DATABASE_URL: db.url, SQS_ENDPOINT: sqs.endpoint, QUEUE_PREFIX: prefix, ...env },
    args,
  );
  onTestFinished(async () => {
    process.signal('SIGKILL');
    await process.exited;
  });
  return process;
}

const person = () => ({
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: `${newId()}@example.com`,
  password: 'a long and unusual one',
  password_confirmation: 'a long and unusual one',
});
const register = (port: number) => send(`http://127.0.0.1:${port}/v1/auth/register`, 'POST', person());
const readiness = async (port: number) => (await send(`http://127.0.0.1:${port}/health/ready`, 'GET')).status;

/** How many events have arrived in SQS. */
async function arrived(): Promise<number> {
  const queues = await openQueues(sqs.client, { prefix, names: ['events'], create: true });
  return (await new SdkSqsApi(sqs.client).depth(queues.get('events').url)).visible;
}

// Each test starts processes, which takes its time on a busy machine.
/** The ids of all events, as a consumer gets them: many at once may have been packed into one message. */
async function consume(): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const queues = await openQueues(sqs.client, { prefix, names: ['events'], create: true });
  const consumer = new QueueConsumer(sqs.client, queues, {
    queue: 'events',
    pollWaitSeconds: 1,
    logger: new MemoryLogger(),
    handler: async ({ id }) => void ids.add(id),
  });
  await consumer.start();
  onTestFinished(async () => void (await consumer.stop({ deadlineMs: 5_000 })));
  return ids;
}

describe('the process', { timeout: 180_000 }, () => {
  it('lists every mistake of its configuration at once and exits with 1', async () => {
    const gateway = new GatewayProcess({
      GATEWAY_PORT: '70000',
      TRUST_PROXY: 'yes',
      TLS_CERT_FILE: '/x',
      LOG_LEVEL: 'loud',
    });
    expect((await gateway.exited).code).toBe(1);
    for (const name of [
      'DATABASE_URL',
      'AWS_REGION',
      'PUBLIC_URL',
      'LINK_KEY',
      'KEY_ENCRYPTION_KEY',
      'GATEWAY_PORT',
      'TRUST_PROXY',
      'TLS_CERT_FILE and TLS_KEY_FILE',
      'LOG_LEVEL',
    ]) {
      expect(gateway.errors).toContain(`- ${name}`);
    }
    expect(gateway.errors).not.toContain(' at ');
  });

  it('names its commands when asked for one it does not have', async () => {
    const gateway = start({}, ['mirgate']);
    expect((await gateway.exited).code).toBe(1);
    expect(gateway.errors).toMatch(/no command 'mirgate'[\s\S]*migrate[\s\S]*keys rotate/);
  });

  it('says that a port is in use in one line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const gateway = start({ GATEWAY_PORT: String((other.address() as AddressInfo).port) });
    expect((await gateway.exited).code).toBe(1);
    expect(gateway.errors).toMatch(/- GATEWAY_PORT: listen EADDRINUSE/);
  });

  it('migrates as a command, any number of times and at the same time', async () => {
    const both = [start({}, ['migrate']), start({}, ['migrate'])];
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect(await db.database.pendingMigrations(migrations)).toEqual([]);
    const again = start({}, ['migrate']);
    expect((await again.exited).code).toBe(0);
    expect(again.output).toContain('up to date');
  });

  it('waits for its schema: 503 and not ready until `migrate` has run, then ready', async () => {
    const gateway = start();
    const { http, ops } = await gateway.listening();
    const refused = await register(http);
    expect([refused.status, refused.json.type]).toEqual([503, 'http://gateway.test/problems/unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await readiness(ops)).toBe(503);
    expect((await send(`http://127.0.0.1:${http}/openapi.json`, 'GET')).status).toBe(200);
    await db.database.migrate(migrations);
    await gateway.ready;
    expect((await register(http)).status).toBe(201);
    await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
  });

  it('starts without a database, says that it waits for it, and can be stopped', async () => {
    const gateway = start({ DATABASE_URL: 'mysql://root@127.0.0.1:1/nothing' });
    const { http, ops } = await gateway.listening();
    await expect.poll(() => gateway.output, PATIENTLY).toContain('waiting for the database');
    expect((await register(http)).status).toBe(503);
    expect(await readiness(ops)).toBe(503);
    expect((await send(`http://127.0.0.1:${ops}/health/live`, 'GET')).status).toBe(200);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  });

  it('serves while SQS is down, and sends what was accepted once it is back', async () => {
    await db.database.migrate(migrations);
    const valve = await Valve.before(sqs.endpoint);
    onTestFinished(() => valve.shut());
    const gateway = start({ SQS_ENDPOINT: valve.url });
    const { http, ops } = await gateway.ready.then(({ http = 0, ops }) => ({ http, ops }));
    expect((await register(http)).status).toBe(201);
    expect(await readiness(ops)).toBe(503);
    await expect.poll(() => gateway.output, PATIENTLY).toContain('waiting for SQS');
    await valve.open();
    await expect.poll(arrived, PATIENTLY).toBe(1);
    await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
    await valve.shut();
    expect((await register(http)).status).toBe(201);
    await valve.open();
    await expect.poll(arrived, PATIENTLY).toBe(2);
  });

  // SQLite is in the process and cannot go away.
  if (process.env.TEST_DATABASE_URL) {
    it('answers 503 while its database is away, says so, and goes on when it is back', async () => {
      await db.database.migrate(migrations);
      const valve = await Valve.before(db.url);
      onTestFinished(() => valve.shut());
      await valve.open();
      const gateway = start({ DATABASE_URL: valve.url });
      const { http = 0, ops } = await gateway.ready;
      expect((await register(http)).status).toBe(201);
      await valve.shut();
      const refused = await register(http);
      expect([refused.status, refused.json.type.split('/').at(-1)]).toEqual([503, 'unavailable']);
      expect(await readiness(ops)).toBe(503);
      expect((await send(`http://127.0.0.1:${ops}/health/live`, 'GET')).status).toBe(200);
      expect(gateway.output).toContain('the database cannot be reached');
      await valve.open();
      await expect.poll(async () => (await register(http)).status, PATIENTLY).toBe(201);
      await expect.poll(() => readiness(ops), PATIENTLY).toBe(200);
    });
  }

  it('loses no event of a request that was answered before a kill -9', async () => {
    await db.database.migrate(migrations);
    const valve = await Valve.before(sqs.endpoint);
    onTestFinished(() => valve.shut());
    const first = start({ SQS_ENDPOINT: valve.url });
    const { http = 0 } = await first.ready;
    expect((await register(http)).status).toBe(201);
    first.signal('SIGKILL');
    await first.exited;
    await valve.open();
    await start({ SQS_ENDPOINT: valve.url }).ready;
    await expect.poll(arrived, PATIENTLY).toBe(1);
  });

  it('answers what it has accepted after SIGTERM, publishes its event, takes nothing new, and exits with 0', async () => {
    await db.database.migrate(migrations);
    const gateway = start();
    const { http = 0 } = await gateway.ready;
    const body = JSON.stringify(person());
    const socket = connect(http, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    );
    // Another request tells that the first one has been read: one process takes what comes in order.
    await send(`http://127.0.0.1:${http}/openapi.json`, 'GET');
    gateway.signal('SIGTERM');
    const refused = () =>
      send(`http://127.0.0.1:${http}/openapi.json`, 'GET').then(
        () => false,
        () => true,
      );
    await expect.poll(refused, PATIENTLY).toBe(true);
    socket.write(body.slice(9));
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(await arrived()).toBe(1);
    expect(await db.database.sql('outbox')).toEqual([]);
  });

  it('leaves nobody without an answer and no event behind when it is stopped under load', async () => {
    await db.database.migrate(migrations);
    const gateway = start({ SIGN_UPS_PER_HOUR: '100000' });
    const { http = 0 } = await gateway.ready;
    let accepted = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        const request = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(person()),
        };
        const answer = await fetch(`http://127.0.0.1:${http}/v1/auth/register`, request).catch(() => undefined);
        // Refused or reset before it was accepted: the server has stopped.
        if (!answer) return;
        expect(answer.status).toBe(201);
        await answer.arrayBuffer();
        accepted += 1;
      }
    };
    const clients = Array.from({ length: 20 }, client);
    await expect.poll(() => accepted, PATIENTLY).toBeGreaterThan(40);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    await Promise.all(clients);
    expect(await db.database.sql('users')).toHaveLength(accepted);
    const left = (await db.database.sql('outbox')).length;
    const events = await consume();
    await expect.poll(() => events.size + left, PATIENTLY).toBe(accepted);
  });

  it('ends within its grace period when a client never finishes', async () => {
    await db.database.migrate(migrations);
    const gateway = start({ SHUTDOWN_GRACE_MS: '1000' });
    const { http = 0 } = await gateway.ready;
    const socket = connect(http, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      'POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    await send(`http://127.0.0.1:${http}/openapi.json`, 'GET');
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    await closed;
  });

  it('makes an admin by command, once, with a password that no process list shows', async () => {
    await db.database.migrate(migrations);
    const args = ['admin', 'create', '--email', 'root@example.com'];
    const without = start({}, args);
    expect((await without.exited).code).toBe(1);
    expect(without.errors).toMatch(/needs a password[\s\S]*ADMIN_PASSWORD/);
    const weak = start({ ADMIN_PASSWORD: 'password' }, args);
    expect((await weak.exited).code).toBe(1);
    expect(weak.errors).not.toContain(' at ');
    const good = start({ ADMIN_PASSWORD: 'quite a long secret of mine' }, args);
    expect(await good.exited).toEqual({ code: 0, signal: null });
    const again = start({}, args);
    expect(await again.exited).toEqual({ code: 0, signal: null });
    expect(again.output).toContain('Is an admin now');
    expect(await db.database.sql('user_roles').where({ role: 'admin' })).toHaveLength(1);
    const misspelt = start({}, ['admin', 'create', '--emial', 'x']);
    expect((await misspelt.exited).code).toBe(1);
    expect(misspelt.errors).toContain('admin create --email ADDRESS');
  });

  it('rotates the signing key by command', async () => {
    await db.database.migrate(migrations);
    const gateway = start({}, ['keys', 'rotate']);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(gateway.output).toMatch(/New key \S+; it signs from /);
    expect(await db.database.sql('signing_keys')).toHaveLength(2);
  });
});
