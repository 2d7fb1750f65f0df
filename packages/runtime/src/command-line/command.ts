import { z } from 'zod';
import { wholeNumber } from '../configuration/whole-number.ts';

/** One argument or option of a command, and how its text is read. */
export interface Field<Value> {
  kind: 'argument' | 'rest' | 'option' | 'repeated' | 'flag';
  about: string;
  /** The placeholder of the value in the help: `ADDRESS`. */
  placeholder: string;
  schema: z.ZodType<Value>;
}

// biome-ignore lint/suspicious/noExplicitAny: fields of any type are kept in one record
type Fields = Record<string, Field<any>>;
type InputOf<Given extends Fields> = {
  [Name in keyof Given]: Given[Name] extends Field<infer Value> ? Value : never;
};

export interface CommandIo {
  /** `--json` was given. */
  readonly json: boolean;
  /** Who does it: `--by`, OPERATOR_NAME, or the account's name. 1 to 100 characters, for logs and the audit log. */
  readonly by: string;
  /** The answer, on standard output: the data as one JSON document with `--json`, otherwise the lines. Once a run. */
  answer(data: unknown, lines: string | readonly string[]): void;
  /** What was not done, or is to be known besides the answer: a line on standard error. */
  note(line: string): void;
  /** How far something long is, on standard error. */
  progress(what: string, done: number, total: number): void;
  /** Text on standard output as it is, for what is too long to be kept; resolves when its reader has room. */
  write(text: string): Promise<void>;
}

interface Described {
  /** Its words on the command line: `keys rotate`. A colon does as well: `keys:rotate`. */
  name: string;
  /** What it does, in half a line, as a sentence without its full stop. */
  summary: string;
  /** What else the help says. */
  about?: string;
  /** At least one, without the name of the process. */
  examples: readonly [string, ...string[]];
}

interface CommandDefinition<Given extends Fields> extends Described {
  /** Arguments and options by name; `passwordStdin` is `--password-stdin`. Arguments come in this order. */
  input?: Given;
  /** It changes something, and logs or audits who did it: it has `--by`. */
  acts?: boolean;
  /** Whether it has `--json`. Default: true. */
  json?: boolean;
  /**
   * Resolves with the exit code where that is not always 0.
   *
   * @throws UsageError for input that makes no sense together, before anything is opened
   * @throws any other error for what cannot be done: its message is printed, exit code 1
   */
  run(input: InputOf<Given>, io: CommandIo): Promise<void> | Promise<number>;
}

/** Something the process does once and then ends, instead of serving. One that others are below (`migrate`, `migrate status`) comes first. */
export interface Command extends Described {
  input: Fields;
  acts: boolean;
  json: boolean;
  run(input: Record<string, unknown>, io: CommandIo): Promise<void> | Promise<number>;
}

/** Its words go to another command line as they are, `--help` too: its exit code is the result. */
export interface PassedOn extends Described {
  passOn(args: readonly string[]): Promise<number>;
}

export function defineCommand<Given extends Fields = Record<never, never>>(
  definition: CommandDefinition<Given>,
): Command {
  return { input: {}, acts: false, json: true, ...definition } as unknown as Command;
}

/** A word after the command. */
export function argument<Value>(about: string, schema: z.ZodType<Value>): Field<Value> {
  return { kind: 'argument', about, placeholder: '', schema };
}

/** All further words after the command. */
export function rest(about: string): Field<string[]> {
  return { kind: 'rest', about, placeholder: '', schema: z.array(z.string()) };
}

/** `--name VALUE`. One whose schema does not accept `undefined` has to be given. */
export function option<Value>(placeholder: string, about: string, schema: z.ZodType<Value>): Field<Value> {
  return { kind: 'option', about, placeholder, schema };
}

/** `--name VALUE`, as often as needed. */
export function repeated(placeholder: string, about: string): Field<string[]> {
  return { kind: 'repeated', about, placeholder, schema: z.array(z.string()).default([]) };
}

/** `--name`. */
export function flag(about: string): Field<boolean> {
  return { kind: 'flag', about, placeholder: '', schema: z.boolean().default(false) };
}

/** A number from 1. */
export const countField = wholeNumber('expected a whole number from 1').pipe(
  z.number().min(1, 'expected a whole number from 1').max(Number.MAX_SAFE_INTEGER, 'expected a smaller number'),
);

/** How many rows a list may have: they are kept in memory. */
export const listLimit = countField.pipe(z.number().max(10_000, 'expected at most 10000'));

const DAY = z.iso.date();
const MOMENT = z.iso.datetime({ offset: true });

/** A day in UTC, or a moment with its zone. `Date` makes 2001 of "5", and the 3rd of March of the 31st of February. */
export const timeField = z.string().transform((text, context) => {
  if (DAY.safeParse(text).success || MOMENT.safeParse(text).success) return new Date(text);
  context.addIssue(`"${text}" is not a time: expected 2026-01-31 or 2026-01-31T10:00:00Z`);
  return z.NEVER;
});
