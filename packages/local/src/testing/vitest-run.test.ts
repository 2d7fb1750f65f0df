import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { tally, type VitestReport } from './vitest-run.ts';

const file = (status: string, ...statuses: string[]) => ({
  name: join(repositoryRoot, 'services/a.test.ts'),
  status,
  assertionResults: statuses.map((it, index) => ({ fullName: `test ${index}`, status: it })),
});

const report = (...testResults: VitestReport['testResults']): VitestReport => {
  const all = testResults.flatMap((it) => it.assertionResults);
  return {
    numPassedTests: all.filter((it) => it.status === 'passed').length,
    numFailedTests: all.filter((it) => it.status === 'failed').length,
    testResults,
  };
};

test('passed and failed tests are counted', () => {
  expect(tally(report(file('failed', 'passed', 'failed')), 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: ['services/a.test.ts > test 1'],
    skipped: [],
    ran: ['test 0', 'test 1'],
  });
});

test('a failure has its message and the first frame that is ours beside it, since of a long log often only the end is kept', () => {
  const failing = {
    fullName: 'adds',
    status: 'failed',
    failureMessages: [
      'AssertionError: \u001b[31mexpected 1 to be 2\u001b[39m\n\n    at chai (/node_modules/chai.js:1:2)\n    at /repo/a.test.ts:3:4\n    at run (/repo/b.ts:5:6)',
    ],
  };
  expect(tally(report({ ...file('failed'), assertionResults: [failing] }), 1).failures).toEqual([
    'services/a.test.ts > adds\n    AssertionError: expected 1 to be 2\n    at /repo/a.test.ts:3:4',
  ]);
});

test('a file that could not be loaded is a failure', () => {
  expect(tally(report(file('passed', 'passed'), file('failed')), 1)).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['services/a.test.ts'],
  });
});

test('an error outside of any test is a failure although every test passed', () => {
  expect(tally(report(file('passed', 'passed')), 1)).toMatchObject({ passed: 1, failed: 1 });
});

test('a runner that crashed before its report is a failure', () => {
  expect(tally(undefined, 134)).toMatchObject({ passed: 0, failed: 1 });
});

test('a test that did not run is named', () => {
  expect(tally(report(file('passed', 'passed', 'skipped', 'todo')), 0).skipped).toEqual(['test 1', 'test 2']);
});
