import { z } from 'zod';
import type { Command, Field } from './command.ts';
import { operatorName } from './operator-name.ts';
import { UsageError } from './usage-error.ts';

/** As many characters as the audit log has room for. */
const LONGEST_NAME = 100;

const operator = z
  .string()
  .trim()
  .refine(
    (name) => name !== '' && name.length <= LONGEST_NAME,
    `expected a name of 1 to ${LONGEST_NAME} characters (--by comes before OPERATOR_NAME)`,
  );

/** `passwordStdin` as it is written: `password-stdin`. */
export function optionName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** How a field is written in help and complaints. */
function spelling(name: string, { kind }: Pick<Field<unknown>, 'kind'>): string {
  return kind === 'argument' || kind === 'rest' ? `<${optionName(name)}>` : `--${optionName(name)}`;
}

/**
 * Checks what was given, all of it together.
 *
 * @throws UsageError with a line for each fault
 */
export function readInput(
  { input, acts }: Pick<Command, 'input' | 'acts'>,
  given: Record<string, unknown>,
): { input: Record<string, unknown>; by: string } {
  const faults: string[] = [];
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(input)) {
    const value = given[name];
    const label = spelling(name, field);
    const result = field.schema.safeParse(value);
    if (result.success) read[name] = result.data;
    else if (value === undefined) faults.push(`${`${label} ${field.placeholder}`.trim()} is missing: ${field.about}`);
    else faults.push(...result.error.issues.map(({ message }) => `${label}: ${message}`));
  }
  const by = operator.safeParse(given.by ?? operatorName());
  if (acts && !by.success) faults.push(...by.error.issues.map(({ message }) => `--by: ${message}`));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { input: read, by: by.data ?? '' };
}
