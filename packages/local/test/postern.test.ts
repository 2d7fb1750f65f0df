import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceCommands } from '../src/postern/commands.ts';
import { repositoryRoot, serviceNames } from '../src/repository.ts';
import { Run, temporaryHome } from './run-start.ts';

async function postern(home: string, ...args: string[]) {
  await using run = new Run('postern', args, { POSTERN_HOME: home });
  const code = await run.exited;
  return { code, stdout: run.stdout, text: run.stdout + run.stderr };
}

test('every command of the services is listed, and every one that is listed is one that its services have', async () => {
  using home = temporaryHome();
  const listed = await postern(home.path);
  expect(listed.code).toBe(0);
  for (const { name } of serviceCommands) expect(listed.text).toContain(name);
  for (const service of serviceNames) {
    const { text } = await postern(home.path, service, '--help');
    const groups = [...text.matchAll(/^ {2}([a-z][a-z-]*) {2,}/gm)].map(([, name]) => name);
    const known = serviceCommands.filter(({ services }) => services.includes(service)).map(({ name }) => name);
    // Where both services have one, it may be that of the other that is listed.
    const names = serviceCommands.map(({ name }) => name);
    expect(
      known.filter((name) => !groups.includes(name)),
      `what the ${service} lacks`,
    ).toEqual([]);
    expect(
      groups.filter((name) => !names.includes(name ?? '')),
      `what is not listed of the ${service}`,
    ).toEqual([]);
  }
});

test('what both services have is run in both, and answers as one JSON document', async () => {
  using home = temporaryHome();
  const { code, stdout } = await postern(home.path, 'migrate:status', '--json');
  expect(code).toBe(0);
  const { gateway, worker } = JSON.parse(stdout);
  expect([gateway.pending, worker.pending]).toEqual([gateway.migrations.length, worker.migrations.length]);
});

test('commands work on the databases of the playground, also when it does not run', async () => {
  using home = temporaryHome();
  expect(await postern(home.path, 'migrate')).toMatchObject({ code: 0 });
  expect(await postern(home.path, 'suppressions', 'list')).toMatchObject({
    code: 0,
    text: expect.stringContaining('No address is suppressed'),
  });
  expect(await postern(home.path, 'forget', '01981f00-0000-7000-8000-000000000001', '--yes')).toMatchObject({
    code: 0,
    text: expect.stringContaining('0 addresses'),
  });
  expect(await postern(home.path, 'opt-outs', 'list', 'ann@example.com')).toMatchObject({
    code: 0,
    text: expect.stringContaining('It has unsubscribed from no mail'),
  });
  expect(await postern(home.path, 'recipient-key', 'replace', '--yes')).toMatchObject({
    code: 1,
    text: expect.stringContaining('nothing says that the recipients are known by another RECIPIENT_KEY'),
  });
});

test('what finds nothing says that no playground runs on the folder that was read', async () => {
  using home = temporaryHome();
  expect(await postern(home.path, 'worker', 'trace', 'lb-7f3e9c41')).toMatchObject({
    code: 1,
    text: expect.stringContaining(`No playground runs on ${home.path}, which this has read.`),
  });
});

test('a service is never started by this way, and an error in the arguments ends with 2 and what there is', async () => {
  using home = temporaryHome();
  expect(await postern(home.path, 'worker')).toMatchObject({ code: 2 });
  expect(await postern(home.path, 'dance')).toMatchObject({
    code: 2,
    stdout: '',
    text: expect.stringContaining("unknown command 'dance'\n'postern --help' lists the commands."),
  });
  expect(await postern(home.path, 'make:evnt', 'order.shipped')).toMatchObject({
    code: 2,
    text: expect.stringContaining("unknown command 'evnt'\n(Did you mean event?)"),
  });
});

/** Has a process write the names of the packages that it has loaded to standard error, when it ends. */
const LISTING = `
  import { registerHooks } from 'node:module';
  const urls = [];
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
  process.on('exit', () => {
    const names = urls.flatMap((url) => /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1] ?? []);
    process.stderr.write([...new Set(names)].sort().join());
  });`;

test('what writes files loads neither databases nor queues, log or metrics, which take most of a start', async () => {
  using home = temporaryHome();
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(LISTING)}`];
  await using run = new Run('postern', ['make:event', '--help'], { POSTERN_HOME: home.path }, flags);
  expect(await run.exited).toBe(0);
  expect(run.stderr.split(',').filter((name) => !name.includes('lezer'))).toEqual(['commander', 'zod']);
});

test('./postern is the same without a package manager, from any folder', () => {
  const direct = spawnSync(join(repositoryRoot, 'postern'), ['make:event', 'shipped'], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  expect(direct).toMatchObject({ status: 1, stderr: expect.stringContaining('"shipped" is not a valid name') });
});
