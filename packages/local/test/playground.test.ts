import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isAlive } from '../src/playground/home.ts';
import { type PlaygroundFlags, readOptions } from '../src/playground/options.ts';
import { Playground } from '../src/playground/playground.ts';
import { Terminal } from '../src/terminal.ts';
import { temporaryHome } from './run-start.ts';

const standIn = (name: string) => fileURLToPath(new URL(`stand-ins/${name}.ts`, import.meta.url));

const env = {
  PATH: process.env.PATH,
  GATEWAY_PORT: '0',
  GATEWAY_OPS_PORT: '0',
  WORKER_OPS_PORT: '0',
  WORKER_CONSOLE_PORT: '0',
  INBOX_PORT: '0',
  SMTP_PORT: '0',
  SQS_PORT: '0',
};

function prepare(
  home: string,
  gateway: string,
  worker: string,
  more: NodeJS.ProcessEnv = {},
  flags: PlaygroundFlags = {},
) {
  const output = { text: '', write: (part: string) => (output.text += part) };
  const all = { ...env, ...more, POSTERN_HOME: home };
  const playground = new Playground(readOptions(flags, all, '/'), {
    terminal: new Terminal(output, {}),
    env: all,
    mains: { gateway: standIn(gateway), worker: standIn(worker) },
  });
  return { playground, output };
}

test('both services are migrated, then served, and each step is reported', async () => {
  using home = temporaryHome();
  const { playground, output } = prepare(home.path, 'good', 'good');
  await playground.start();
  for (const step of ['Queue', 'Inbox', 'Gateway schema', 'Worker schema', 'Gateway', 'Worker']) {
    expect(output.text).toContain(`✓ ${step} `);
  }
  await playground.stop();
});

test('stopping ends every service and forgets the state file', async () => {
  using home = temporaryHome();
  const { playground } = prepare(home.path, 'good', 'good');
  await playground.start();
  const { processes } = playground;
  expect(processes.map((it) => it.name).sort()).toEqual(['gateway', 'worker']);
  expect(processes.every((it) => isAlive(it.pid))).toBe(true);
  await playground.stop();
  expect(readdirSync(home.path)).not.toContain('playground.json');
  expect(processes.filter((it) => isAlive(it.pid))).toEqual([]);
});

test('a service that ignores being asked is killed', async () => {
  using home = temporaryHome();
  const { playground } = prepare(home.path, 'good', 'good', { STAND_IN_IGNORES_SIGTERM: '1' });
  await playground.start();
  const { processes } = playground;
  await playground.stop();
  expect(processes.filter((it) => isAlive(it.pid))).toEqual([]);
});

test('a service that dies is reported with its last words', async () => {
  using home = temporaryHome();
  const { playground } = prepare(home.path, 'good', 'dies');
  await playground.start();
  const worker = playground.processes.find((it) => it.name === 'worker');
  process.kill(worker?.pid ?? 0, 'SIGUSR2');
  expect((await playground.death).message).toBe(
    `The worker ended with exit code 7: worker: uncaught exception: out of luck Its log: ${home.path}/logs/worker.log`,
  );
  await playground.stop();
});

test('a service that refuses its environment stops the start with its own sentence', async () => {
  using home = temporaryHome();
  const { playground } = prepare(home.path, 'refuses', 'good');
  await expect(playground.start()).rejects.toThrow(
    "The gateway's database could not be migrated. The gateway ended with exit code 1: gateway: LINK_KEY has to be 32 bytes of base64",
  );
  expect(readdirSync(home.path)).not.toContain('playground.json');
});

test('secrets are made once, kept for the next start and readable by their owner alone', async () => {
  using home = temporaryHome();
  const secrets = () => readFileSync(join(home.path, 'secrets.json'), 'utf8');
  const start = async (flags: PlaygroundFlags = {}) => {
    const { playground } = prepare(home.path, 'good', 'good', {}, flags);
    await playground.start();
    await playground.stop();
    return secrets();
  };
  const first = await start();
  expect(await start()).toBe(first);
  expect(statSync(join(home.path, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(await start({ fresh: true })).not.toBe(first);
});

test('real parts take the place of embedded ones', async () => {
  using home = temporaryHome();
  const { playground, output } = prepare(home.path, 'good', 'good', {
    SQS_ENDPOINT: 'http://127.0.0.1:4566',
    SMTP_URL: 'smtp://user:secret@mail.test:587',
  });
  await playground.start();
  expect(playground.state.urls).toMatchObject({ sqs: 'http://127.0.0.1:4566' });
  expect(playground.state.urls).not.toHaveProperty('inbox');
  expect(playground.state.env.worker.SMTP_URL).toBe('smtp://user:secret@mail.test:587');
  expect(output.text).toContain('yours, mail.test:587, by STARTTLS (without: ?tls=off)');
  expect(output.text).not.toContain('secret');
  await playground.stop();
});
