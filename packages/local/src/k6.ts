import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, reportFaults } from './fault.ts';
import { findPlayground } from './playground/find-playground.ts';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';
import { runNamed } from './run-named.ts';
import type { Terminal } from './terminal.ts';
import { findK6, k6InstallCommand } from './testing/executables.ts';

const SUMMARIES = {
  smoke: 'Twenty people walk the main job: 10 s',
  load: 'Arrival rates of registrations, sign-ins and reads: 30 s',
  seed: '1,000 registrations of five fields, each with its mail: 2 min',
};

/** Runs one of k6/*.ts against the running playground, or one of its own; further arguments are k6's. */
export function k6(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  return runNamed(args, 'k6', SUMMARIES, (name, rest) =>
    reportFaults(() => againstPlayground(name, rest, terminal, env)),
  );
}

async function againstPlayground(name: string, args: readonly string[], terminal: Terminal, env: NodeJS.ProcessEnv) {
  const program = findK6(env);
  if (!program) {
    throw new Fault(
      `k6 is not on this machine${env.K6_PATH ? ` (K6_PATH names ${env.K6_PATH}, which does not run)` : ''}. ` +
        `Get it with \`${k6InstallCommand()}\`, or name it with K6_PATH.`,
    );
  }
  const playground = await findPlayground(terminal, env);
  try {
    return await runK6Script(program, name, args, playground);
  } finally {
    await playground.stop();
  }
}

/** Runs a script with the real k6 and returns its exit code: 0 when all thresholds held. */
export async function runK6Script(
  program: string,
  script: string,
  args: readonly string[],
  at: { gateway: string; inbox: string },
  onChild?: (child: ChildProcess) => void,
): Promise<number> {
  const file = join(repositoryRoot, 'k6', `${script}.ts`);
  if (!existsSync(file)) throw new Fault(`k6/${script}.ts is missing in this checkout.`);
  return runChild(
    program,
    ['run', '--no-usage-report', '--env', `GATEWAY_URL=${at.gateway}`, '--env', `INBOX_URL=${at.inbox}`, ...args, file],
    { cwd: repositoryRoot },
    onChild,
  );
}
