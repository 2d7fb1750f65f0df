import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repositoryRoot } from '../repository.ts';
import { runChild } from '../run-child.ts';

/** The variable by which vitest.config.ts hears which test files are to run, with commas: none where it is empty, all without it. */
export const ONLY = 'POSTERN_TEST_ONLY';

/** The variable by which it hears which files are left out of a run, with commas. */
export const LEFT_OUT = 'POSTERN_TEST_LEFT_OUT';

/** What came of one run of a test tool. */
export interface Tally {
  passed: number;
  failed: number;
  /** What failed and why, each beginning with the file to open; the reason's lines are indented. */
  failures?: string[];
  /** Tests that exist and did not run, by name. */
  skipped: string[];
  /** Tests that ran, by name. */
  ran?: string[];
}

/** The part of vitest's JSON report that counts. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

/**
 * Runs vitest with its usual output and counts from its JSON report.
 *
 * @param args projects, filters and flags for vitest
 */
export async function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onChild: (child: ChildProcess) => void,
): Promise<Tally> {
  const reportFile = join(tmpdir(), `postern-vitest-${process.pid}-${Date.now()}.json`);
  const code = await runChild(
    process.execPath,
    [
      join(repositoryRoot, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...args,
    ],
    { cwd: repositoryRoot, env },
    onChild,
  );
  const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport) : undefined;
  rmSync(reportFile, { force: true });
  return tally(report, code);
}

/**
 * A file that could not be loaded has no test that failed, and a crash of the runner has no report: both count as one
 * failure, so that nothing but a run that went well to its end is good.
 */
export function tally(report: VitestReport | undefined, exitCode: number): Tally {
  if (!report) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: [] };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((it) => it.status === 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map(({ fullName, status }) => ({ name: fullName || file.name, status })),
  );
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
  const failures = [
    ...brokenFiles.map(({ name, message }) => relative(repositoryRoot, name) + reason(message)),
    ...report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map((it) => `${relative(repositoryRoot, name)} > ${it.fullName}${reason(it.failureMessages?.[0])}`),
    ),
  ];
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    failures,
    skipped: tests.filter((it) => !ran.includes(it)).map(({ name }) => name),
    ran: ran.map(({ name }) => name),
  };
}

const FRAME = /^\s*at .*:\d+:\d+\)?$/;
const REASON_LINES = 6;
const LINE_CHARS = 300;

/** An error's message and where it was thrown: all that is left to find the cause by where only the end of a log is kept. */
function reason(stack = ''): string {
  const lines = stripVTControlCharacters(stack).split('\n');
  const firstFrame = lines.findIndex((line) => FRAME.test(line));
  const message = firstFrame < 0 ? lines : lines.slice(0, firstFrame);
  const own = lines.find((line) => FRAME.test(line) && !line.includes('node_modules'));
  return [...message.filter((line) => line.trim() !== '').slice(0, REASON_LINES), ...(own ? [own] : [])]
    .map((line) => `\n    ${line.trim().slice(0, LINE_CHARS)}`)
    .join('');
}
