import type { Terminal } from '../terminal.ts';
import { findChromium, installCommand } from './executables.ts';
import { TestRun } from './test-run.ts';
import { runVitest } from './vitest-run.ts';

export const testHelp = `Usage: npx -y pnpm@12 test [filter …] [vitest flags]

Runs the unit tests and the tests over real ports on embedded parts, then the latter again on MariaDB and ElasticMQ,
then k6's tests, as far as these are found: TEST_DATABASE_URL or mariadbd, TEST_SQS_ENDPOINT or ElasticMQ's jar files
(ELASTICMQ_CLASSPATH, ELASTICMQ_JAR, ~/.cache/postern/elasticmq) with Java, CHROMIUM_PATH, K6_PATH. A filter
(packages/sqs) narrows it and leaves k6 out. With POSTERN_TEST_REQUIRE=all whatever is not found is a failure.`;

/** Runs everything there is and ends in one line, `N passed, N failed`. Returns 0 only when nothing failed. */
export async function runTests(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.line(testHelp);
    return 0;
  }
  const began = performance.now();
  const run = new TestRun(terminal, env);
  const chromium = findChromium(env);
  if (!chromium) run.skip('tests in a browser', installCommand('chromium', '--cask chromium'));
  const { TEST_DATABASE_URL: _db, TEST_SQS_ENDPOINT: _sqs, ...embedded } = env;
  const base = chromium ? { ...embedded, CHROMIUM_PATH: chromium } : embedded;

  await run.section('Unit tests, and tests over real ports on SQLite and fauxqs', () =>
    runVitest(args, base, run.watch),
  );
  await run.onRealParts(args, base);
  if (args.length === 0) await run.load();
  return run.report(performance.now() - began);
}
