import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Run, runStart, temporaryHome } from './run-start.ts';

/** Ends with 1 and prints one line and nothing more. */
async function complaint(run: Run): Promise<string> {
  expect(await run.exited, run.stdout).toBe(1);
  expect(run.stdout).not.toContain('Usage');
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  return run.stderr.trimEnd();
}

test('an older Node.js is answered with what to do before anything is loaded', async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  await using run = new Run('start', [], {}, ['--import', `data:text/javascript,${encodeURIComponent(older)}`]);
  expect(await complaint(run)).toMatch(
    /^Postern runs on Node\.js 26 or newer and this is 20\.20\.2 .*npx -y pnpm@12 install/,
  );
});

test('a port in use is named with its variable', async () => {
  using home = temporaryHome();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using run = runStart(home.path, [], { GATEWAY_PORT: String(port) });
  expect(await complaint(run)).toBe(
    `✗ Port ${port} for the gateway is in use by another program. Set GATEWAY_PORT to another one, or to 0 for any free one.`,
  );
  other.close();
});

test('an impossible port is refused', async () => {
  using home = temporaryHome();
  await using run = runStart(home.path, [], { INBOX_PORT: 'eight' });
  expect(await complaint(run)).toContain('INBOX_PORT: expected a TCP port: a whole number from 0 to 65535');
});

test.each([
  [['start', '--fast'], "npx -y pnpm@12: unknown option '--fast'", 'npx -y pnpm@12 start --help'],
  [
    ['start', '--only', 'redis'],
    '--only: expected names from sqs, inbox, gateway, worker',
    'npx -y pnpm@12 start --help',
  ],
  [['start', '--only', ','], '--only: expected names from sqs, inbox, gateway, worker', 'npx -y pnpm@12 start --help'],
  [['demo', '--fast'], "npx -y pnpm@12: unknown option '--fast'", 'npx -y pnpm@12 demo --help'],
  [['bench', 'dance'], "npx -y pnpm@12 bench: unknown command 'dance'", 'npx -y pnpm@12 bench --help'],
  [['k6', 'dance'], "npx -y pnpm@12 k6: unknown command 'dance'", 'npx -y pnpm@12 k6 --help'],
  [['dance'], "npx -y pnpm@12: unknown command 'dance'", 'npx -y pnpm@12 --help'],
])(
  'an error in the arguments ends with 2, and names the help on standard error: %s',
  async ([command = '', ...args], fault, help) => {
    using home = temporaryHome();
    await using run = new Run(command, args, { POSTERN_HOME: home.path });
    expect(await run.exited, run.stdout).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(fault);
    expect(run.stderr).toContain(`'${help}'`);
  },
);

test('a folder that cannot be written is named with the variable that moves it', async () => {
  using home = temporaryHome();
  const file = join(home.path, 'file');
  writeFileSync(file, '');
  await using run = runStart(join(file, 'state'));
  expect(await complaint(run)).toContain(
    `Cannot write to ${file}/state (ENOTDIR). Make it writable, or name another folder`,
  );
});

test('a database server that is not there is named without its password', async () => {
  using home = temporaryHome();
  await using run = runStart(home.path, [], { DATABASE_URL: 'mysql://root:secret@127.0.0.1:1/postern' });
  expect(await complaint(run)).toMatch(/^✗ No database server at 127\.0\.0\.1:1 for DATABASE_URL \(.+\)\.$/);
});

test.each([
  ['ssl-mode=REQUIRED&ssl-ca=', '"ssl-ca" checks nothing with "ssl-mode=REQUIRED"'],
  ['ssl-ca=', '"ssl-ca" needs an "ssl-mode" other than DISABLED'],
  ['ssl-mode=VERIFY_IDENTITY&ssl-ca=', 'needs a host name, not an IP address'],
])(
  'a database URL that would not do what it asks for is refused before anything starts: ?%s',
  async (parameters, problem) => {
    using home = temporaryHome();
    const ca = join(home.path, 'ca.pem');
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\n');
    await using run = runStart(home.path, [], {
      DATABASE_URL: `mysql://root:secret@127.0.0.1:1/postern?${parameters}${ca}`,
    });
    const told = await complaint(run);
    expect(told).toContain(problem);
    expect(told).not.toContain('secret');
  },
);

test('a second playground on the same folder is refused and leaves the first alone', async () => {
  using home = temporaryHome();
  await using first = runStart(home.path, ['--only', 'inbox']);
  const { urls } = await first.ready;
  await using second = runStart(home.path, ['--only', 'inbox']);
  expect(await complaint(second)).toContain(`A playground already runs on ${home.path} (process ${first.child.pid},`);
  expect((await fetch(`${urls.inbox}/api/v1/info`)).status).toBe(200);
  await using third = runStart(home.path, ['--only', 'inbox']);
  expect(await complaint(third)).toContain('A playground already runs');
});

test('the help lists the scripts, and the arguments of each', async () => {
  await using all = new Run('--help', [], {});
  await using start = new Run('start', ['--help'], {});
  expect([await all.exited, await start.exited]).toEqual([0, 0]);
  for (const name of ['start', 'dev', 'demo', 'test', 'k6', 'proof', 'bench', 'postern']) {
    expect(all.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  }
  expect(start.stdout).toContain('Usage: npx -y pnpm@12 start [options]');
  for (const flag of ['--fresh', '--verbose', '--only <PARTS>']) expect(start.stdout).toContain(flag);
});

test('where k6 is missing, the way to get it is reported', async () => {
  await using run = new Run('k6', ['smoke'], { K6_PATH: '/no/such/k6' });
  expect(await complaint(run)).toMatch(
    /^✗ k6 is not on this machine \(K6_PATH names \/no\/such\/k6.*Get it with `.+k6.*`/,
  );
});

test('a demo against half a deployment is refused', async () => {
  await using run = new Run('demo', [], { GATEWAY_URL: 'http://127.0.0.1:1' });
  expect(await complaint(run)).toBe('✗ Set both GATEWAY_URL and INBOX_URL, or neither.');
});

test('a demo against a gateway that does not answer reports which step failed', async () => {
  await using run = new Run('demo', [], { GATEWAY_URL: 'http://127.0.0.1:1', INBOX_URL: 'http://127.0.0.1:1' });
  expect(await run.exited).toBe(1);
  expect(run.stdout).toContain('✗ registers');
});
