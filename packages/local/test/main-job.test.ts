import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterEach, expect, test } from 'vitest';
import { AccountApi, findLink } from '../src/demo/account-api.ts';
import { MailCatcherClient } from '../src/mail-catcher/mail-catcher-client.ts';
import { isAlive, type PlaygroundState } from '../src/playground/home.ts';
import { Run, runStart, temporaryHome } from './run-start.ts';

/**
 * The real services as `pnpm start` runs them. With TEST_DATABASE_URL and TEST_SQS_ENDPOINT set (the second run of
 * `pnpm test`), the playground gets those instead of SQLite and fauxqs.
 */
const databases: string[] = [];

function realParts(): NodeJS.ProcessEnv {
  const { TEST_DATABASE_URL, TEST_SQS_ENDPOINT } = process.env;
  const id = `playground_${randomBytes(6).toString('hex')}`;
  if (TEST_DATABASE_URL) databases.push(id, `${id}_worker`);
  return {
    QUEUE_PREFIX: `${id.replaceAll('_', '-')}-`,
    ...(TEST_DATABASE_URL ? { DATABASE_URL: `${TEST_DATABASE_URL}/${id}` } : {}),
    ...(TEST_SQS_ENDPOINT ? { SQS_ENDPOINT: TEST_SQS_ENDPOINT } : {}),
  };
}

afterEach(async () => {
  const url = process.env.TEST_DATABASE_URL;
  if (!url || databases.length === 0) return;
  const connection = await createConnection(url);
  for (const name of databases.splice(0)) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.end();
});

function person() {
  const id = randomBytes(5).toString('hex');
  const password = `correct horse ${id}`;
  return {
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: `ada.${id}@example.com`,
    password,
    password_confirmation: password,
  };
}

function clients({ urls }: PlaygroundState) {
  return { api: new AccountApi(urls.gateway ?? ''), inbox: new MailCatcherClient(urls.inbox ?? '') };
}

const mailMs = 180_000;

test('the demo walks from the registration to the signed-in user', async () => {
  using home = temporaryHome();
  await using playground = runStart(home.path, [], realParts());
  await playground.ready;
  await using demo = new Run('demo', [], { POSTERN_HOME: home.path });
  expect(await demo.exited, demo.stdout + demo.stderr).toBe(0);
  expect(demo.stdout).toMatch(
    /registers.*gets a mail.*follows its link.*confirms.*signs in.*reads her account.*Ada is in after/s,
  );
  expect(demo.stdout).toMatch(/GET http:\/\/\S+\/verify-email → 200/);
});

test('a playground that is started for one command uses no database, queue or mail server that the environment names', async () => {
  using home = temporaryHome();
  const elsewhere = {
    DATABASE_URL: 'mysql://root@127.0.0.1:9/mine',
    SQS_ENDPOINT: 'http://127.0.0.1:9',
    SMTP_URL: 'smtp://ann@127.0.0.1:9?auth=oauth2',
    SMTP_OAUTH_CLIENT_ID: 'mine',
  };
  await using demo = new Run('demo', [], { POSTERN_HOME: home.path, ...elsewhere });
  expect(await demo.exited, demo.stdout + demo.stderr).toBe(0);
});

test('Ctrl-C stops everything; accounts, mails and their links are there after the next start', async () => {
  using home = temporaryHome();
  const parts = realParts();
  const ada = person();
  await using first = runStart(home.path, [], parts);
  const state = await first.ready;
  await clients(state).api.register(ada);
  await clients(state).inbox.waitFor(`to:${ada.email}`, mailMs);
  first.child.kill('SIGINT');
  expect(await first.exited, first.stdout).toBe(0);
  expect(Object.values(state.services).filter(isAlive)).toEqual([]);

  await using second = runStart(home.path, [], parts);
  const { api, inbox } = clients(await second.ready);
  const mail = await inbox.waitFor(`to:${ada.email}`, mailMs);
  const token = findLink(mail.Text, '/verify-email').searchParams.get('token') ?? '';
  await api.verifyEmail(token, { password: ada.password });
  expect((await api.login(ada.email, ada.password)).status).toBe(200);
});

test('a gateway that is killed right after it answered has lost nothing', async () => {
  using home = temporaryHome();
  const parts = realParts();
  const people = Array.from({ length: 10 }, person);
  await using first = runStart(home.path, [], parts);
  const state = await first.ready;
  const { api } = clients(state);
  // The last answer may come while the others' events are anywhere on their way.
  await Promise.all(people.map((it) => api.register(it)));
  process.kill(state.services.gateway ?? 0, 'SIGKILL');
  expect(await first.exited).toBe(1);
  expect(first.stdout).toContain('✗ The gateway was ended by SIGKILL');
  expect(Object.values(state.services).filter(isAlive)).toEqual([]);

  await using second = runStart(home.path, [], parts);
  const { inbox } = clients(await second.ready);
  for (const { email } of people) await inbox.waitFor(`to:${email}`, mailMs);
});

test('while the queue is away every registration succeeds, and every mail arrives once it is back', async () => {
  using home = temporaryHome();
  using queueHome = temporaryHome();
  const queue = (port: string) => runStart(queueHome.path, ['--only', 'sqs'], { SQS_PORT: port });
  const parts = realParts();
  await using firstQueue = queue('0');
  const endpoint = (await firstQueue.ready).urls.sqs ?? '';
  await using playground = runStart(home.path, [], { ...parts, SQS_ENDPOINT: endpoint });
  const { api, inbox } = clients(await playground.ready);

  firstQueue.child.kill('SIGTERM');
  await firstQueue.exited;
  const people = Array.from({ length: 20 }, person);
  await Promise.all(people.map((it) => api.register(it)));
  expect((await inbox.list()).total).toBe(0);

  await using _secondQueue = queue(new URL(endpoint).port);
  for (const { email } of people) await inbox.waitFor(`to:${email}`, mailMs);
  expect((await inbox.list()).total).toBe(people.length);
});

test('a second Ctrl-C ends at once what does not stop', async () => {
  using home = temporaryHome();
  await using playground = runStart(home.path, [], realParts());
  const { services } = await playground.ready;
  process.kill(services.gateway ?? 0, 'SIGSTOP');
  playground.child.kill('SIGINT');
  // Signals right after the first are taken for its echo through npx and pnpm.
  const again = setInterval(() => playground.child.kill('SIGINT'), 100);
  expect(await playground.exited).toBe(1);
  clearInterval(again);
  // Their parent has gone, so it is up to the system when it forgets them.
  await expect.poll(() => Object.values(services).filter(isAlive)).toEqual([]);
});

test('services do not outlive a playground that is killed', async () => {
  using home = temporaryHome();
  await using playground = runStart(home.path, [], realParts());
  const { services } = await playground.ready;
  playground.child.kill('SIGKILL');
  await expect.poll(() => Object.values(services).filter(isAlive)).toEqual([]);
});
