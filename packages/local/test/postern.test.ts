import { expect, test, vi } from 'vitest';
import { serviceNames } from '../src/playground/playground.ts';
import { posternCommands } from '../src/postern/commands.ts';
import { Run, temporaryHome } from './run-start.ts';

// Each test starts processes of its own, which a busy machine takes its time with.
vi.setConfig({ testTimeout: 240_000 });

async function postern(home: string, ...args: string[]) {
  await using run = new Run('postern', args, { POSTERN_HOME: home });
  const code = await run.exited;
  return { code, text: run.stdout + run.stderr };
}

test('every command that is listed is one that its services have', async () => {
  using home = temporaryHome();
  const listed = await postern(home.path);
  expect(listed.code).toBe(0);
  for (const service of serviceNames) {
    const { text } = await postern(home.path, service, 'no-such-command');
    for (const { name, services } of posternCommands) {
      expect(listed.text).toContain(name);
      if (services.includes(service)) expect(text, `what the ${service} says it has`).toContain(name);
    }
  }
});

test('commands work on the databases of the playground, also when it does not run', async () => {
  using home = temporaryHome();
  expect(await postern(home.path, 'migrate')).toMatchObject({ code: 0 });
  expect(await postern(home.path, 'suppressions', 'list')).toMatchObject({
    code: 0,
    text: expect.stringContaining('No address is suppressed'),
  });
});

test('a service is never started by this way, and an unknown command is told', async () => {
  using home = temporaryHome();
  expect(await postern(home.path, 'worker')).toMatchObject({ code: 2 });
  expect((await postern(home.path, 'dance')).text).toContain(
    'There is no command "dance". `npx -y pnpm@12 postern` lists them.',
  );
});
