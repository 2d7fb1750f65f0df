import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { Terminal } from '../terminal.ts';
import { TestRun } from './test-run.ts';

function prepare(env: NodeJS.ProcessEnv = {}) {
  const out = { text: '', write: (part: string) => (out.text += part) };
  const run = new TestRun(new Terminal(out, {}), env);
  return { run, lastLine: () => out.text.trimEnd().split('\n').at(-1), text: () => out.text };
}

const good = async () => ({ passed: 3, failed: 0, skipped: [] });

test('the last line sums all runs, and the exit code follows it', async () => {
  const { run, lastLine } = prepare();
  await run.section('one', good);
  await run.section('two', async () => ({ passed: 2, failed: 1, skipped: [] }));
  expect(run.report(1)).toBe(1);
  expect(lastLine()).toBe('5 passed, 1 failed');
});

test('what failed is named again at the end, with its file', async () => {
  const { run, text } = prepare();
  await run.section('one', async () => ({
    passed: 2,
    failed: 1,
    failures: ['services/a.test.ts > adds'],
    skipped: [],
  }));
  await run.section('two', good);
  run.report(1);
  expect(text()).toMatch(/FAILED:\n {2}services\/a\.test\.ts > adds\n[\s\S]*5 passed, 1 failed$/m);
});

test('what is missing is reported with the command that brings it, and is not a failure by itself', async () => {
  const { run, lastLine, text } = prepare();
  await run.section('one', good);
  run.skip('tests on MariaDB', 'sudo apt-get install mariadb-server');
  expect(run.report(1)).toBe(0);
  expect(text()).toContain('tests on MariaDB. To bring it:\n    sudo apt-get install mariadb-server');
  expect(lastLine()).toBe('3 passed, 0 failed');
});

test('where everything is required, whatever did not run is a failure', async () => {
  const { run, lastLine } = prepare({ POSTERN_TEST_REQUIRE: 'all' });
  await run.section('one', async () => ({ passed: 3, failed: 0, skipped: ['a test without its browser'] }));
  run.skip('tests on MariaDB', 'sudo apt-get install mariadb-server');
  expect(run.report(1)).toBe(1);
  expect(lastLine()).toBe('3 passed, 2 failed');
});

test('what ran in another part was not skipped', async () => {
  const { run, lastLine } = prepare({ POSTERN_TEST_REQUIRE: 'all' });
  await run.section('embedded', async () => ({ passed: 3, failed: 0, skipped: ['a test of locks'] }));
  await run.section('real', async () => ({ passed: 4, failed: 0, skipped: [], ran: ['a test of locks'] }));
  expect(run.report(1)).toBe(0);
  expect(lastLine()).toBe('7 passed, 0 failed');
});

test('a part that cannot be run is a failure, and the next part still runs', async () => {
  const { run, lastLine, text } = prepare();
  await run.section('broken', async () => {
    throw new Fault('ElasticMQ ended while starting');
  });
  await run.section('fine', good);
  expect(run.report(1)).toBe(1);
  expect(text()).toContain('✗ ElasticMQ ended while starting');
  expect(lastLine()).toBe('3 passed, 1 failed');
});

test('a run in which nothing ran is a failure', async () => {
  const { run, lastLine } = prepare();
  await run.section('nothing', async () => ({ passed: 0, failed: 0, skipped: [] }));
  expect(run.report(1)).toBe(1);
  expect(lastLine()).toBe('0 passed, 1 failed');
});
