import type { z } from 'zod';
import { ConfigError, readEnv } from '../configuration/env.ts';
import { SecretRing } from '../configuration/secret-ring.ts';
import { table } from '../text/text-table.ts';
import { type Command, defineCommand } from './command.ts';

type Env = Record<string, string | undefined>;
/** What a variable of somebody's own is called that holds a secret: nobody adds it to a list. */
const SECRET_NAME = /(^|_)(KEY|SECRET|TOKEN|PASSWORD)S?$/;

type Setting = { name: string; value: string | null; source: string };

/**
 * `config`: each variable's value and where it comes from. Of secrets it shows the ids of a ring's keys, or a URL without its password; of no URL a password.
 *
 * @param secrets names of the variables that hold secrets and are called otherwise than `…_KEY`, `…_SECRET`, `…_TOKEN` and `…_PASSWORD`
 * @param check throws a ConfigError for what no variable shows by itself
 */
export function configCommand(shape: z.ZodRawShape, secrets: readonly string[], check: () => unknown): Command {
  return defineCommand({
    name: 'config',
    summary: 'Shows each setting, its value and where it comes from; secrets are masked',
    about: 'Exits with 1 when the service would not start with them, and says why.',
    examples: ['config', 'config --json'],
    run: async (_input, { answer, note }) => {
      const settings = Object.keys(shape)
        .toSorted()
        .map((name) => settingOf(name, shape[name] as z.ZodType, secrets.includes(name) || SECRET_NAME.test(name)));
      const problems = problemsOf(check);
      answer({ settings, problems }, [
        ...table(settings.map(({ name, value, source }) => [name, value ?? '-', source])),
        ...problems.map((problem) => `✗ ${problem}`),
      ]);
      if (problems.length === 0) return 0;
      note('the service does not start with this configuration');
      return 1;
    },
  });
}

function problemsOf(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function settingOf(name: string, schema: z.ZodType, secret: boolean, env: Env = process.env): Setting {
  const file = env[`${name}_FILE`]?.trim();
  const direct = Boolean(env[name]?.trim());
  if (!direct && !file) {
    const { data } = schema.safeParse(undefined);
    return { name, value: textOf(data), source: data === undefined || data === '' ? 'not set' : 'default' };
  }
  const source = direct ? 'environment' : `file ${file}`;
  try {
    const value = readEnv({ [name]: schema }, direct ? { [name]: env[name] } : env)[name];
    return { name, value: secret || hasPassword(value) ? masked(value) : textOf(value), source };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { name, value: 'invalid', source };
  }
}

function hasPassword(value: unknown): boolean {
  return typeof value === 'string' && (URL.parse(value)?.password ?? '') !== '';
}

/** What distinguishes one secret from another, and no more. */
function masked(value: unknown): string {
  if (value instanceof SecretRing) return `keys ${value.all.map(({ id }) => id).join(', ')}`;
  if (typeof value !== 'string' || !URL.canParse(value)) return '***';
  const url = new URL(value);
  if (url.password !== '') url.password = '***';
  return url.href;
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === '') return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map)
    return [...value.entries()].map(([key, rule]) => `${key}=${JSON.stringify(rule)}`).join(', ');
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
