/**
 * Runs the two images as compose would (read-only, no capabilities, secrets from files) beside parts of this machine,
 * and checks what a platform relies on: migrations, health, the main job, metrics, SIGTERM. Ends in `N passed, N failed`.
 *
 * node .ci/containers/prove.ts GATEWAY_IMAGE WORKER_IMAGE
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MailCatcher } from '../../packages/local/src/mail-catcher/mail-catcher.ts';
import { startSqs } from '../../packages/local/src/playground/sqs.ts';
import { openMariadb } from '../../packages/local/src/testing/mariadb.ts';
import { createLogger, openDatabase } from '../../packages/runtime/src/index.ts';
import { Checks } from './checks.ts';
import { Container, docker } from './container.ts';

const [gatewayImage = 'postern-gateway', workerImage = 'postern-worker'] = process.argv.slice(2);
const run = promisify(execFile);
const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), 'postern-proof-'));
const secrets = join(folder, 'secrets');
const containers: Container[] = [];

/** Ports that nothing else of this repository uses, so that a playground may run at the same time. */
const ports = { gateway: 13_000, gatewayOps: 13_001, workerOps: 13_002 };

/** What `.ci/containers/run` builds both for. */
const RELEASE = 'proof-of-images';

const servicePassword = randomBytes(12).toString('base64url');

function secret(name: string, value: string): void {
  const file = join(secrets, name);
  writeFileSync(file, value);
  // The container's user is not the one that made the file.
  chmodSync(file, 0o444);
}

// Told to stop, it exits: the database that runs beside this process is ended by its own exit handler.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(130));

const mariadb = await openMariadb(process.env);
if (!mariadb) throw new Error('mariadbd is not installed: apt-get install mariadb-server-core');
const serviceUrl = (name: string) =>
  Object.assign(new URL(`${mariadb.url}/${name}`), { username: name, password: servicePassword }).href;
const sqs = await startSqs({ host: '127.0.0.1', port: 0, folder: join(folder, 'sqs'), releaseInFlight: false });
const inbox = await MailCatcher.open({ path: ':memory:', host: '127.0.0.1', httpPort: 0, smtpPort: 0 });
try {
  const logger = createLogger({ service: 'proof', version: 'test', level: 'error' });
  const server = openDatabase(`${mariadb.url}/mysql`, { logger });
  // As services/mysql/create-databases.sh does: the user of a service cannot change its tables, `migrate` runs as another.
  for (const name of ['gateway', 'worker']) {
    await server.sql.raw('CREATE DATABASE ??', [name]);
    await server.sql.raw('CREATE USER ?@? IDENTIFIED BY ?', [name, '%', servicePassword]);
    await server.sql.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ??.* TO ?@?', [name, name, '%']);
  }
  await server.close();
  mkdirSync(secrets);
  chmodSync(folder, 0o755);
  for (const name of ['gateway', 'worker']) {
    secret(`${name}_owner_url`, `${mariadb.url}/${name}`);
    secret(`${name}_database_url`, serviceUrl(name));
  }
  secret('link_key', randomBytes(32).toString('base64'));
  secret('gateway_envelope_key', randomBytes(32).toString('base64'));
  secret('recipient_key', randomBytes(32).toString('base64'));
  secret('worker_envelope_key', randomBytes(32).toString('base64'));
  secret('key_encryption_key', randomBytes(32).toString('base64'));

  const both = {
    SQS_ENDPOINT: sqs.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    QUEUE_CREATE: 'true',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    LINK_KEY_FILE: '/run/secrets/link_key',
    GATEWAY_ENVELOPE_KEY_FILE: '/run/secrets/gateway_envelope_key',
  };
  const gateway = new Container('postern-proof-gateway', gatewayImage, secrets, {
    ...both,
    DATABASE_URL_FILE: '/run/secrets/gateway_database_url',
    KEY_ENCRYPTION_KEY_FILE: '/run/secrets/key_encryption_key',
    GATEWAY_PORT: `${ports.gateway}`,
    GATEWAY_OPS_PORT: `${ports.gatewayOps}`,
  });
  const worker = new Container('postern-proof-worker', workerImage, secrets, {
    ...both,
    DATABASE_URL_FILE: '/run/secrets/worker_database_url',
    RECIPIENT_KEY_FILE: '/run/secrets/recipient_key',
    WORKER_ENVELOPE_KEY_FILE: '/run/secrets/worker_envelope_key',
    SMTP_URL: `${inbox.smtpUrl}?tls=off`,
    MAIL_FROM: 'Postern <hello@postern.local>',
    WORKER_OPS_PORT: `${ports.workerOps}`,
  });
  containers.push(gateway, worker);

  for (const container of containers) {
    await checks.run(`${container.image} is small and runs as nobody in particular`, () => container.describe());
    await checks.run(`${container.image} without environment says what is missing and ends with 1`, () =>
      container.refusesToStart('DATABASE_URL'),
    );
    await checks.run(`${container.image} migrates, and again without harm`, async () => {
      const ownerUrl = `/run/secrets/${container === gateway ? 'gateway' : 'worker'}_owner_url`;
      const first = await container.migrate(ownerUrl);
      await container.migrate(ownerUrl);
      return first;
    });
    await checks.run(`${container.image} is healthy on a read-only file system`, async () => {
      await container.start();
      return container.waitUntilHealthy(60_000);
    });
    await checks.run(`${container.image} says which release it was built for`, () => container.says(RELEASE));
  }

  for (const name of ['gateway', 'worker']) {
    await checks.run(`the user that the ${name} runs as can change no table and see nothing of the other`, async () => {
      const database = openDatabase(serviceUrl(name), { logger });
      const other = name === 'gateway' ? 'worker' : 'gateway';
      const others = [`SELECT * FROM ${other}.outbox`, `DELETE FROM ${other}.outbox`];
      const own = ['ALTER TABLE outbox ADD x INT', 'DROP TABLE outbox', 'CREATE TABLE x (y INT)'];
      for (const statement of [...own, ...others]) {
        const error = await database.sql.raw(statement).then(
          () => undefined,
          (error: Error) => error,
        );
        if (!error?.message.includes('denied')) throw new Error(`${statement}: ${error?.message ?? 'it was done'}`);
      }
      await database.close();
    });
  }
  await checks.run('the demo walks through both', async () => {
    const env = { ...process.env, GATEWAY_URL: both.PUBLIC_URL, INBOX_URL: inbox.url };
    const { stdout } = await run(process.execPath, ['packages/local/bin/postern-local.mjs', 'demo'], { env });
    return stdout.trimEnd();
  });
  await checks.run('the documentation pages are in the image', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui.css', '/docs/swagger-ui.js']) {
      const { status } = await fetch(both.PUBLIC_URL + path);
      if (status !== 200) throw new Error(`${path} answered ${status}`);
    }
  });
  for (const [name, port] of [
    ['user_registrations_total', ports.gatewayOps],
    ['emails_total', ports.workerOps],
  ] as const) {
    await checks.run(`/metrics counts ${name}`, async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      if (!new RegExp(`^${name}(\\{.*\\})? [1-9]`, 'm').test(text)) throw new Error(`no ${name} above 0 in:\n${text}`);
    });
  }
  for (const container of containers) {
    await checks.run(`${container.image} wrote nothing to its file system`, () => container.wroteNothing());
  }
  // Registered and at once asked to stop: what was accepted has to come out of the outbox and out as a mail.
  await checks.run('a registration accepted right before SIGTERM is mailed', async () => {
    const email = `last.${randomBytes(4).toString('hex')}@example.com`;
    const password = `correct horse ${randomBytes(6).toString('hex')}`;
    const answer = await fetch(`${both.PUBLIC_URL}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ first_name: 'Last', last_name: 'One', email, password, password_confirmation: password }),
    });
    if (answer.status >= 300) throw new Error(`register answered ${answer.status}: ${await answer.text()}`);
    const told = await gateway.stop();
    const deadline = Date.now() + 30_000;
    for (;;) {
      const mails = await (await fetch(`${inbox.url}/api/v1/messages`)).text();
      if (mails.includes(email)) return told;
      if (Date.now() > deadline) throw new Error('no mail after 30 s');
      await sleep(200);
    }
  });
  await checks.run(`${worker.image} ends with 0 on SIGTERM`, () => worker.stop());
} catch (error) {
  checks.fail('the proof itself', error);
} finally {
  if (checks.failed > 0) for (const container of containers) await container.printLog();
  for (const container of containers) await container.remove();
  await inbox.close();
  await sqs.stop();
  await mariadb.stop();
  rmSync(folder, { recursive: true, force: true });
  // Of our own alone: the engine may be one that was here before.
  await docker('image', 'prune', '-f', '--filter', 'label=postern-proof');
}
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed === 0 ? 0 : 1);
