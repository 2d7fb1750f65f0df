import { type ChildProcess, execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault, reportFaults } from './fault.ts';
import { withInherited } from './playground/environment.ts';
import { type FoundPlayground, findPlayground } from './playground/find-playground.ts';
import type { PlaygroundState } from './playground/home.ts';
import { repositoryRoot, serviceMains } from './repository.ts';
import { runChild } from './run-child.ts';
import { runNamed } from './run-named.ts';
import type { Terminal } from './terminal.ts';
import { findK6, k6InstallCommand } from './testing/executables.ts';

const REPORTS = join(repositoryRoot, 'k6/reports');

const summaries: Record<string, string> = {
  smoke: 'Twenty people walk the main job: 10 s',
  journeys: 'Every operation of the API, as people, administrators and programs call them: 10 s',
  correctness: 'Sign-ups while a worker is killed, SQS refuses for 20 s and a gateway restarts: 50 s',
  load: 'Arrival rates of registrations, sign-ins and reads: 30 s',
  stress: 'Ever more arrivals a second, to find the rate that still holds: 90 s',
  spike: 'All at once 15 times the arrivals, and whether it is as before soon after: 50 s',
  soak: 'The same load for a long time, and whether memory grows: 5 min',
  seed: '1,000 registrations of five fields, each with its mail: 2 min',
};

/** Runs one of k6/*.ts against the running playground, or one of its own; further arguments are k6's. */
export function k6(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  return runNamed(args, 'k6', summaries, (name, rest) => reportFaults(() => run(name, rest, terminal, env)));
}

async function run(name: string, args: readonly string[], terminal: Terminal, env: NodeJS.ProcessEnv) {
  // Before there is a playground, and whether or not there is a k6.
  if (name !== 'correctness' && (args.includes('--help') || args.includes('-h'))) {
    terminal.line(`${summaries[name]}. Further arguments are those of \`k6 run\`.`);
    return 0;
  }
  const program = findK6(env);
  if (!program) {
    throw new Fault(
      `k6 is not on this machine${env.K6_PATH ? ` (K6_PATH names ${env.K6_PATH}, which does not run)` : ''}. ` +
        `Get it with \`${k6InstallCommand()}\`, or name it with K6_PATH.`,
    );
  }
  if (name === 'correctness') return runCorrectness(program, args);
  const playground = await findPlayground(terminal, env);
  try {
    return await runAgainst(playground, program, name, { args });
  } finally {
    await playground.stop();
  }
}

/** That script breaks what it loads: it has a system of its own, on real parts. */
export function runCorrectness(
  program: string,
  args: readonly string[],
  onChild?: (child: ChildProcess) => void,
): Promise<number> {
  const main = join(repositoryRoot, 'packages/proof/src/correctness/main.ts');
  return runChild(process.execPath, [main, ...args], { env: { ...process.env, K6_PATH: program } }, onChild);
}

/** k6's own REST API would take a port that two runs beside each other cannot share. */
const NO_API = ['--address', ''];

/**
 * Runs a script with the real k6 and returns its exit code: 0 when all thresholds held. Its report, a page with charts, is put into
 * `k6/reports`.
 */
export async function runK6Script(
  program: string,
  script: string,
  args: readonly string[],
  variables: Record<string, string>,
  onChild?: (child: ChildProcess) => void,
): Promise<number> {
  const file = join(repositoryRoot, 'k6', `${script}.ts`);
  if (!existsSync(file)) throw new Fault(`k6/${script}.ts is missing in this checkout.`);
  mkdirSync(REPORTS, { recursive: true });
  const env = {
    ...{ ...process.env, ...variables },
    // No port: the dashboard is for its export alone.
    ...{ K6_WEB_DASHBOARD: 'true', K6_WEB_DASHBOARD_PORT: '-1', K6_WEB_DASHBOARD_PERIOD: '1s' },
    K6_WEB_DASHBOARD_EXPORT: join(REPORTS, `${script}.html`),
  };
  return runChild(
    program,
    ['run', '--no-usage-report', ...NO_API, ...args, file],
    { cwd: repositoryRoot, env },
    onChild,
  );
}

/** Runs a script against a playground or another deployment. */
export async function runAgainst(
  { gateway, inbox, state }: Pick<FoundPlayground, 'gateway' | 'inbox' | 'state'>,
  program: string,
  script: string,
  { args, onChild }: { args: readonly string[]; onChild?: (child: ChildProcess) => void },
): Promise<number> {
  const administrator = script === 'journeys' && state ? await makeAdministrator(state) : {};
  const ops = { GATEWAY_OPS_URL: state?.urls.gateway_ops, WORKER_OPS_URL: state?.urls.worker_ops };
  const known = Object.entries(ops).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const API_DESCRIPTION = await keepDescription(gateway, script);
  const system = { GATEWAY_URL: gateway, INBOX_URL: inbox, API_DESCRIPTION };
  const variables = { ...administrator, ...Object.fromEntries(known), ...system };
  return runK6Script(program, script, args, variables, onChild);
}

/** Puts the description of the gateway's API beside the report: k6 reads files before it begins, and no URL. */
async function keepDescription(gateway: string, script: string): Promise<string> {
  const answer = await fetch(`${gateway}/openapi.json`);
  if (!answer.ok) throw new Fault(`${gateway}/openapi.json answers ${answer.status}: is this a gateway?`);
  const file = join(REPORTS, `${script}-openapi.json`);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(file, await answer.text());
  return file;
}

/** An account with every right, for a playground of which the whole database may be used. */
async function makeAdministrator({ env }: PlaygroundState): Promise<{ ADMIN_EMAIL: string; ADMIN_PASSWORD: string }> {
  const ADMIN_EMAIL = `admin-${randomUUID().slice(-12)}@k6.example.com`;
  const ADMIN_PASSWORD = randomUUID();
  const names = ['--first-name', 'Kay', '--last-name', 'Admin', '--by', 'k6'];
  const args = [serviceMains.gateway, 'admin', 'create', '--email', ADMIN_EMAIL, ...names];
  const execution = { env: { ...withInherited(process.env, env.gateway), ADMIN_PASSWORD } };
  await promisify(execFile)(process.execPath, args, execution);
  return { ADMIN_EMAIL, ADMIN_PASSWORD };
}
