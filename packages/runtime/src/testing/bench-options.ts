import { parseArgs } from 'node:util';
import { optionName } from '../command-line/read-input.ts';

/** What an option is without being given, what it is for, and what it is with `--quick` where that differs. */
type Option<Value> = readonly [standard: Value, about: string, quick?: Value];

/**
 * Reads the arguments of a benchmark: a number or a text is given by `--name VALUE`, a switch by `--name`, `sign-ups` for `signUps`. With
 * `--help` it prints what the benchmark does and ends it, so it comes before anything is opened, filled or started: one that runs for
 * minutes is not what somebody wants who asks for help.
 *
 * @throws Error for an option that does not exist, and for what is not a number
 */
export function benchOptions<Options extends object>(
  about: string,
  options: { [Name in keyof Options]: Option<Options[Name]> },
  args: readonly string[] = process.argv.slice(2),
): Options {
  const known = Object.entries<Option<unknown>>(options);
  const kinds = known.map(([name, [standard]]) => [optionName(name), kindOf(standard)] as const);
  const help = ['help', { type: 'boolean', short: 'h' }] as const;
  const values: Record<string, unknown> = parseArgs({
    args: [...args],
    options: Object.fromEntries([...kinds, help]),
  }).values;
  if (values.help) {
    process.stdout.write(`${about}\n\n${known.map(line).join('')}`);
    process.exit(0);
  }
  const read = known.map(([name, [standard, , quick = standard]]) => {
    const given = values[optionName(name)] ?? (values.quick ? quick : standard);
    if (typeof standard !== 'number') return [name, given];
    if (Number.isNaN(Number(given))) throw new Error(`--${optionName(name)}: expected a number, not "${given}"`);
    return [name, Number(given)];
  });
  return Object.fromEntries(read);
}

function kindOf(standard: unknown): { type: 'boolean' | 'string' } {
  return { type: standard === false ? 'boolean' : 'string' };
}

function line([name, [standard, words]]: [string, Option<unknown>]): string {
  const value = typeof standard === 'number' ? ' N' : typeof standard === 'string' ? ' TEXT' : '';
  const otherwise = value === '' || standard === '' ? '' : ` (default ${standard})`;
  return `  ${`--${optionName(name)}${value}`.padEnd(18)} ${words}${otherwise}\n`;
}
