import { z } from 'zod';
import { errorMessage } from '../text/errors.ts';
import { readValueFile } from './read-value-file.ts';

/** Configuration that cannot be used. `problems` has one line per error, each with what was expected. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** As `docker run --env-file` leaves them, and shells do not. */
const QUOTED = /^(["']).*\1$/s;

/**
 * Reads environment variables by a schema, a key a variable. All configuration errors are reported together. A variable NAME may be
 * given as NAME_FILE instead, the path of a file that holds the value (how containers are handed secrets). White space around a
 * value does not count; an empty one counts as absent, as compose passes `NAME: ${NAME:-}`.
 *
 * @throws ConfigError with a line for each variable that is missing or wrong. Values are never part of it.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Record<string, string | undefined> = process.env,
): z.infer<z.ZodObject<Shape>> {
  const problems: string[] = [];
  const unreadable = new Set<string>();
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const direct = env[name]?.trim();
    const file = env[`${name}_FILE`]?.trim();
    // A schema that names the _FILE variable itself (TLS_CERT_FILE) means the path, not the content.
    if (direct !== undefined && direct !== '') {
      if (file && !(`${name}_FILE` in shape)) problems.push(`${name} and ${name}_FILE are both set: set one of them`);
      values[name] = direct;
    } else if (file && !(`${name}_FILE` in shape)) {
      try {
        const value = readValueFile(file).trim();
        if (value === '') throw new Error(`${file} is empty`);
        values[name] = value;
      } catch (error) {
        unreadable.add(name);
        problems.push(`${name}_FILE cannot be read: ${errorMessage(error)}`);
      }
    }
  }
  // Without the function that zod would compile for it: this schema is asked once, and a start would pay 3 to 8 ms for it.
  const result = z.object(shape).safeParse(values, { jitless: true });
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = String(issue.path[0] ?? '');
      if (unreadable.has(name)) continue;
      const value = values[name];
      problems.push(
        value === undefined
          ? `${name} is not set: ${describe(shape, name, issue)}`
          : `${name}: ${issue.message}${QUOTED.test(value) ? '; the quotation marks around it are part of the value' : ''}`,
      );
    }
  }
  if (problems.length > 0 || !result.success) throw new ConfigError(problems);
  return result.data as z.infer<z.ZodObject<Shape>>;
}

function describe(shape: z.ZodRawShape, name: string, issue: { message: string }): string {
  const schema = shape[name];
  const description = schema instanceof z.ZodType ? schema.description : undefined;
  return description ? `expected ${description}` : issue.message;
}
