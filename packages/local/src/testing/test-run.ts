import type { ChildProcess } from 'node:child_process';
import { Fault, reasonOf } from '../fault.ts';
import { runAgainst, runCorrectness } from '../k6.ts';
import { startOwn } from '../playground/find-playground.ts';
import { onStopSignals } from '../stop-signals.ts';
import { duration, type Terminal } from '../terminal.ts';
import type { Backend } from './background.ts';
import { elasticmqFetchCommand, openElasticmq } from './elasticmq.ts';
import { findExecutable, findK6, installCommand, k6InstallCommand } from './executables.ts';
import { openMariadb } from './mariadb.ts';
import { runVitest, type Tally } from './vitest-run.ts';

interface Skip {
  what: string;
  bring: string;
}

/** Collects what the runs of one `pnpm test` gave and what this machine lacks. */
export class TestRun {
  readonly #terminal: Terminal;
  readonly #env: NodeJS.ProcessEnv;
  readonly #tallies: Tally[] = [];
  readonly #skips: Skip[] = [];
  #child: ChildProcess | undefined;
  #interrupted = false;
  /** Whether this machine can start a MariaDB and an ElasticMQ, and was not given others. */
  #ownParts = false;

  constructor(terminal: Terminal, env: NodeJS.ProcessEnv) {
    this.#terminal = terminal;
    this.#env = env;
    onStopSignals(
      () => {
        this.#interrupted = true;
        this.#terminal.warn('Stopping, and ending what was started for the tests … (again to kill)');
        this.#child?.kill('SIGTERM');
      },
      () => {
        this.#child?.kill('SIGKILL');
        process.exit(130);
      },
      env,
    );
  }

  readonly watch = (child: ChildProcess): void => {
    this.#child = child;
    // Asked to stop before there was a child that could be.
    if (this.#interrupted) child.kill('SIGTERM');
  };

  skip(what: string, bring: string): void {
    this.#skips.push({ what, bring });
  }

  /** Runs one part under a heading; what it throws is a failure, and the next part still runs. */
  async section(title: string, work: () => Promise<Tally>): Promise<void> {
    if (this.#interrupted) return;
    this.#terminal.line();
    this.#terminal.line(this.#terminal.bold(`── ${title}`));
    const began = performance.now();
    try {
      this.#tallies.push(await work());
    } catch (error) {
      this.#terminal.error(error instanceof Fault ? error.message : `${error instanceof Error ? error.stack : error}`);
      this.#tallies.push({ passed: 0, failed: 1, skipped: [] });
    }
    this.#terminal.line(this.#terminal.dim(`   took ${duration(performance.now() - began)}`));
  }

  /** The tests over real ports once more, on a database server and a queue in another language. */
  async onRealParts(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
    if (this.#interrupted) return;
    const mariadb = await this.#open('tests on MariaDB', openMariadb, installCommand('mariadb-server', 'mariadb'));
    const java = findExecutable(['java'], this.#env)
      ? ''
      : `${installCommand('default-jre-headless maven', 'openjdk maven')} && `;
    const elasticmq = await this.#open('tests on ElasticMQ', openElasticmq, java + elasticmqFetchCommand(this.#env));
    const { TEST_DATABASE_URL, TEST_SQS_ENDPOINT } = this.#env;
    this.#ownParts = mariadb !== undefined && elasticmq !== undefined && !TEST_DATABASE_URL && !TEST_SQS_ENDPOINT;
    try {
      if (!mariadb && !elasticmq) return;
      const parts = [mariadb?.what, elasticmq?.what].filter(Boolean).join(' and ');
      const real = {
        ...env,
        ...(mariadb ? { TEST_DATABASE_URL: mariadb.url } : {}),
        ...(elasticmq ? { TEST_SQS_ENDPOINT: elasticmq.url } : {}),
      };
      await this.section(`Tests over real ports on ${parts}`, () =>
        runVitest(['--project', 'parts', ...args], real, this.watch),
      );
    } finally {
      await Promise.all([mariadb?.stop(), elasticmq?.stop()]);
    }
  }

  /** k6's short scripts against one playground, but for what they say of times: the machine may have other work. */
  async load(): Promise<void> {
    if (this.#interrupted) return;
    const k6 = findK6(this.#env);
    if (!k6) return this.skip("k6's smoke, journeys and load tests", k6InstallCommand());
    const playground = await startOwn(this.#terminal, this.#env);
    const args = ['--quiet', '--env', 'IGNORE_TIMES=true'];
    try {
      for (const script of ['smoke', 'journeys', 'load']) {
        await this.section(`k6 ${script} test against a playground`, async () => {
          return asTally(await runAgainst(playground, k6, script, { args, onChild: this.watch }));
        });
      }
    } finally {
      await playground.stop();
    }
    if (this.#ownParts) {
      await this.section('k6 correctness test on a system that it breaks', async () =>
        asTally(await runCorrectness(k6, ['--quiet'], this.watch)),
      );
    }
  }

  report(tookMs: number): number {
    const sum = (pick: (tally: Tally) => number) => this.#tallies.reduce((total, it) => total + pick(it), 0);
    const passed = sum((it) => it.passed);
    // What needs a real database is passed over on the embedded one, and runs in the section after it.
    const ran = new Set(this.#tallies.flatMap((it) => it.ran ?? []));
    const skipped = [...new Set(this.#tallies.flatMap((it) => it.skipped))].filter((name) => !ran.has(name));
    const strict = this.#env.POSTERN_TEST_REQUIRE === 'all';
    let failed = sum((it) => it.failed) + (strict ? this.#skips.length + skipped.length : 0);
    const terminal = this.#terminal;
    terminal.line();
    const failures = this.#tallies.flatMap((it) => it.failures ?? []);
    if (failures.length > 0) {
      terminal.line(terminal.bold(terminal.red('FAILED:')));
      for (const failure of failures) terminal.line(`  ${failure.replaceAll('\n', '\n  ')}`);
      terminal.line();
    }
    if (this.#skips.length + skipped.length > 0) {
      terminal.line(
        terminal.bold(
          strict
            ? terminal.red('SKIPPED, which POSTERN_TEST_REQUIRE=all forbids:')
            : terminal.yellow('SKIPPED on this machine:'),
        ),
      );
      for (const { what, bring } of this.#skips) {
        terminal.line(`  ${what}. To bring it:`);
        terminal.line(`    ${bring}`);
      }
      for (const name of skipped) terminal.line(`  the test "${name}"`);
      terminal.line();
    }
    if (this.#interrupted) {
      terminal.line(terminal.red('Interrupted: not everything ran.'));
      failed += 1;
    } else if (passed + failed === 0) {
      terminal.line(terminal.red('No test ran: nothing matches.'));
      failed = 1;
    }
    terminal.line(`Took ${duration(tookMs)}.`);
    terminal.line((failed === 0 ? terminal.green : terminal.red)(`${passed} passed, ${failed} failed`));
    return failed === 0 ? 0 : 1;
  }

  async #open(
    what: string,
    open: (env: NodeJS.ProcessEnv) => Promise<Backend | undefined>,
    bring: string,
  ): Promise<Backend | undefined> {
    try {
      const backend = await open(this.#env);
      if (!backend) this.skip(what, bring);
      return backend;
    } catch (error) {
      // It is there and does not work: that is a failure, not a skip.
      this.#terminal.error(`${what}: ${reasonOf(error)}`);
      this.#tallies.push({ passed: 0, failed: 1, skipped: [] });
      return undefined;
    }
  }
}

function asTally(code: number): Tally {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
}
