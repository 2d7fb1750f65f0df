import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Run, temporaryHome } from './run-start.ts';

const LONG_MS = 60_000;

test('dev starts anew with the variables of a file that is saved, and waits for the next where they are wrong', async () => {
  using folder = temporaryHome();
  const save = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  const homeOf = (name: string) => join(folder.path, name);
  save('.env', `POSTERN_HOME=${homeOf('first')}\n`);
  await using run = new Run(folder.path, [], {}, [], join(import.meta.dirname, 'run-dev-inbox.ts'));
  const said = (text: string) => expect.poll(() => run.stdout, { timeout: LONG_MS }).toContain(text);
  await run.ready;
  expect(run.stdout).toContain(`state in ${homeOf('first')}`);

  save('.env.local', 'LOG_FORMAT=xml\n');
  await said('LOG_FORMAT: expected pretty or json Waiting for a change of the variables.');
  save('.env.local', `POSTERN_HOME=${homeOf('second')}\n`);
  await said('↻ .env.local: all starts anew with these variables');
  await said(`state in ${homeOf('second')}`);
  await expect.poll(() => run.stdout.split('Inbox').length, { timeout: LONG_MS }).toBeGreaterThan(2);
  run.child.kill('SIGTERM');
  expect(await run.exited).toBe(0);
});
