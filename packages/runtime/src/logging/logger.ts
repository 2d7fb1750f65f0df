import { hostname } from 'node:os';
import winston from 'winston';
import { serializeError } from '../text/errors.ts';
import { printable } from '../text/printable.ts';
import { runningIds } from '../tracing/span.ts';
import { leaveOutUnread } from './unread-lines.ts';

export type Fields = Record<string, unknown>;
type LogLevel = 'error' | 'warn' | 'info' | 'debug';
type LogFormat = 'json' | 'pretty';

/**
 * A structured log. Fields carry ids (request, event, trace), never an address, a token or a body.
 * `error` is for what someone must act on; a healthy request or message has no line (metrics count them).
 */
export abstract class Logger {
  protected abstract write(level: LogLevel, message: string, fields: Fields): void;
  /** The same log, with `fields` in every line. */
  abstract child(fields: Fields): Logger;

  error(message: string, fields: Fields = {}): void {
    this.write('error', message, fields);
  }

  warn(message: string, fields: Fields = {}): void {
    this.write('warn', message, fields);
  }

  info(message: string, fields: Fields = {}): void {
    this.write('info', message, fields);
  }

  debug(message: string, fields: Fields = {}): void {
    this.write('debug', message, fields);
  }
}

class WinstonLogger extends Logger {
  readonly #winston: winston.Logger;
  readonly #fields: Fields;

  constructor(logger: winston.Logger, fields: Fields) {
    super();
    this.#winston = logger;
    this.#fields = fields;
  }

  protected override write(level: LogLevel, message: string, fields: Fields): void {
    if (!this.#winston.isLevelEnabled(level)) return;
    const line: Fields = { ...this.#fields, ...fields };
    const ids = runningIds();
    // A line that names another trace is about a message that came, not about the work that runs.
    if (ids && (line.trace_id ?? ids.trace_id) === ids.trace_id) Object.assign(line, ids);
    if ('error' in line) line.error = serializeError(line.error);
    this.#winston.log({ level, message, ...line });
  }

  override child(fields: Fields): Logger {
    return new WinstonLogger(this.#winston, { ...this.#fields, ...fields });
  }
}

/** Of one text in a line. A stack is shorter; a message that names each of a hundred thousand errors, made by a stranger, is not. */
const MAX_CHARACTERS = 8_192;

function bounded(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string' || value.length <= MAX_CHARACTERS) return value;
  return `${value.slice(0, MAX_CHARACTERS)}… (${value.length} characters)`;
}

/** The severities that winston knows; all of them, so that no line of a command gets into its answer. */
const LEVELS: LogLevel[] = ['error', 'warn', 'info', 'debug'];

export interface LoggerOptions {
  service: string;
  /** The release that runs: during an update, which of the two wrote a line. */
  version: string;
  level?: LogLevel;
  /** `json` for machines, `pretty` for a person at a terminal. Default: json. */
  format?: LogFormat;
  /** A command's answer is on standard output: its log goes to standard error. */
  to?: 'stdout' | 'stderr';
}

const COLOURS: Record<LogLevel, string> = { error: '31', warn: '33', info: '32', debug: '2' };
const UNSHOWN = new Set(['time', 'level', 'message', 'service', 'version', 'replica', 'error']);

/** One line to read: time, level, message, fields; colours unless NO_COLOR is set (https://no-color.org). */
function prettyLine({ time, level, message, ...fields }: winston.Logform.TransformableInfo): string {
  const paint = (code: string, text: string) => (process.env.NO_COLOR ? text : `\u001b[${code}m${text}\u001b[0m`);
  const words = Object.entries(fields)
    .filter(([name]) => !UNSHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const { stack, message: reason } = (fields.error ?? {}) as { stack?: string; message?: string };
  const cause = stack ?? reason;
  const first = `${String(time).slice(11, 23)} ${paint(COLOURS[level as LogLevel], level.padEnd(5))} ${message}`;
  const said = printable(words.join(' '));
  return [said === '' ? first : `${first}  ${paint('2', said)}`, ...(cause ? [printable(cause)] : [])].join('\n');
}

/** A winston log with one JSON line an entry: time, level, service, version, replica (the host's name; in a container its id), message, fields. */
export function createLogger({
  service,
  version,
  level = 'info',
  format = 'json',
  to = 'stdout',
}: LoggerOptions): Logger {
  const { combine, json } = winston.format;
  const read = leaveOutUnread(process[to]);
  const time = winston.format((line) => ({ time: new Date().toISOString(), ...line }));
  const logger = winston.createLogger({
    level,
    format:
      format === 'json'
        ? combine(read, time(), json({ replacer: bounded }))
        : combine(read, time(), winston.format.printf(prettyLine)),
    transports: [new winston.transports.Console({ forceConsole: false, stderrLevels: to === 'stderr' ? LEVELS : [] })],
  });
  return new WinstonLogger(logger, { service, version, replica: hostname() });
}

interface LogLine {
  level: LogLevel;
  message: string;
  fields: Fields;
}

/** A log that keeps its lines, for tests. Children write to the same list. */
export class MemoryLogger extends Logger {
  readonly lines: LogLine[];
  readonly #fields: Fields;

  constructor(lines: LogLine[] = [], fields: Fields = {}) {
    super();
    this.lines = lines;
    this.#fields = fields;
  }

  protected override write(level: LogLevel, message: string, fields: Fields): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }

  override child(fields: Fields): Logger {
    return new MemoryLogger(this.lines, { ...this.#fields, ...fields });
  }
}
