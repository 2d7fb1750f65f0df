import { type Command, defineCommand } from '../command-line/command.ts';
import { ConfigError } from '../configuration/env.ts';
import { errorMessage } from '../text/errors.ts';
import { within } from '../time/within.ts';
import { type Check, type Finding, failure } from './finding.ts';

/** A part that does not answer must not keep the others from being reported. */
const LIMIT_MS = 20_000;
const SIGNS = { ok: '✓', warning: '!', failure: '✗' } as const;

/**
 * `doctor`: looks at everything that a service needs, all at once.
 *
 * @param checksOf what is looked at; a ConfigError of it is a finding for each error, and then `withoutConfig` is what can be looked at
 */
export function doctorCommand(checksOf: () => readonly Check[], withoutConfig: () => readonly Check[]): Command {
  return defineCommand({
    name: 'doctor',
    summary: 'Checks the configuration and everything around the service, and says what to do about problems',
    about: 'Changes nothing. Exits with 1 when something fails; warnings do not fail.',
    examples: ['doctor', 'doctor --json'],
    run: async (_input, { answer }) => {
      const findings = await examine(checksOf, withoutConfig);
      const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
      const [failures, warnings] = [count('failure'), count('warning')];
      const width = Math.max(...findings.map(({ subject }) => subject.length));
      const lines = findings.flatMap(({ subject, level, what, todo }) => [
        `${SIGNS[level]} ${subject.padEnd(width)}  ${what}`,
        ...(todo === undefined ? [] : [`  ${' '.repeat(width)}  → ${todo}`]),
      ]);
      answer({ failures, warnings, findings }, [...lines, '', `${failures} failures, ${warnings} warnings`]);
      return failures > 0 ? 1 : 0;
    },
  });
}

async function examine(checksOf: () => readonly Check[], withoutConfig: () => readonly Check[]): Promise<Finding[]> {
  let checks: readonly Check[];
  const findings: Finding[] = [];
  try {
    checks = checksOf();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.push(
      ...error.problems.map((problem) => failure('configuration', problem, 'set it as docs/configuration.md says')),
    );
    checks = orNone(withoutConfig);
  }
  const found = await Promise.all(checks.map(lookedAt));
  return [...findings, ...found.flat()];
}

/** None where even the little that they need is missing: that has been reported. */
function orNone(checksOf: () => readonly Check[]): readonly Check[] {
  try {
    return checksOf();
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

async function lookedAt({ subject, run }: Check): Promise<Finding[]> {
  try {
    return await within(LIMIT_MS, run());
  } catch (error) {
    return [
      failure(subject, errorMessage(error), 'check that it is reachable from here, and its address and credentials'),
    ];
  }
}
