import type { Terminal } from '../terminal.ts';
import { affectedTests } from './affected-tests.ts';
import { bundleServices } from './bundle-services.ts';
import { changedFiles } from './changed-files.ts';
import { findChromium, installCommand } from './executables.ts';
import { WHOLE_SYSTEMS } from './longest-first.ts';
import { TestRun } from './test-run.ts';
import { readTracked, trackedFiles } from './tracked-files.ts';
import { LEFT_OUT, ONLY, runVitest } from './vitest-run.ts';

export const testHelp = `Usage: npx -y pnpm@12 test [--embedded | --changed[=commit]] [filter …] [vitest flags]

Runs the unit tests and the tests over real ports on embedded parts, then the latter again on MariaDB and ElasticMQ,
then k6's tests, as far as these are found: TEST_DATABASE_URL or mariadbd, TEST_SQS_ENDPOINT or ElasticMQ's jar files
(ELASTICMQ_CLASSPATH, ELASTICMQ_JAR, ~/.cache/postern/elasticmq) with Java, CHROMIUM_PATH, K6_PATH. A filter
(packages/sqs) narrows it and leaves k6 out. --embedded, which \`check\` runs, ends before MariaDB, whatever is found, and
without a filter leaves out the files that try whole systems for a minute and more. --changed is the quick
look after what changed since this branch left main (or since a commit): the unit tests that import it, however far
away, or open files, and the tests over embedded parts that changed or import it themselves. With
POSTERN_TEST_REQUIRE=all whatever is left out or not found is a failure.`;

const EMBEDDED = '--embedded';

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

  const changed = args.find((arg) => arg === '--changed' || arg.startsWith('--changed='));
  const rest = args.filter((arg) => arg !== changed && arg !== EMBEDDED);
  if (changed !== undefined) {
    const files = changedFiles(changed.split('=')[1]);
    const affected = affectedTests(files, trackedFiles(), readTracked);
    const many = files.length === 1 ? 'one changed file reaches' : `${files.length} changed files reach`;
    await run.section(`Unit tests that ${many}, and tests near to it over real ports on SQLite and fauxqs`, () =>
      runVitest(rest, { ...base, [ONLY]: affected.join() }, run.watch),
    );
    return run.report(performance.now() - began);
  }
  let bundled: NodeJS.ProcessEnv = {};
  const onlyEmbedded = args.includes(EMBEDDED);
  const leftOut = onlyEmbedded && rest.length === 0 ? WHOLE_SYSTEMS : [];
  await run.section('Unit tests, and tests over real ports on SQLite and fauxqs', async () => {
    bundled = await bundleServices();
    return runVitest(
      rest,
      { ...base, ...bundled, ...(leftOut.length > 0 && { [LEFT_OUT]: leftOut.join() }) },
      run.watch,
    );
  });
  if (onlyEmbedded) {
    const files = leftOut.length > 0 ? `${leftOut.length} files that try whole systems, ` : '';
    run.skip(`${files}tests on MariaDB and ElasticMQ, and k6`, 'npx -y pnpm@12 test');
    return run.report(performance.now() - began);
  }
  await run.onRealParts(rest, { ...base, ...bundled });
  if (rest.length === 0) await run.load();
  return run.report(performance.now() - began);
}
