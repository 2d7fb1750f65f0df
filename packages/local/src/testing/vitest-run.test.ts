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
