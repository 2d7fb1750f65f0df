import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isSource } from '@postern/runtime/light';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { adviceOn } from './advice.ts';

/** Fields that a person at a terminal does not need of a log line. */
const hidden = new Set('level message service version replica time timestamp error pid host'.split(' '));

interface LogPrinterOptions {
  /** Every line, and not warnings and errors alone. */
  verbose: boolean;
  /** As the services write them. */
  raw?: boolean;
}

/**
 * Turns the services' JSON lines into something to read, an error with the line of our sources that threw it. The log files keep
 * the lines as they were.
 */
export function logPrinter(
  terminal: Terminal,
  service: string,
  { verbose, raw = false }: LogPrinterOptions,
): (line: string) => void {
  return (line) => {
    if (raw) {
      terminal.line(line);
      return;
    }
    const entry = parse(line);
    if (!entry) {
      // A service writes plain text only when it cannot start or crashes, and its end is reported anyway.
      if (verbose) terminal.line(`  ${terminal.dim(service)} ${line}`);
      return;
    }
    const { level } = entry;
    if (!verbose && level !== 'warn' && level !== 'error') return;
    const paint = level === 'error' ? terminal.red : level === 'warn' ? terminal.yellow : terminal.dim;
    const error = (entry.error as { message?: string } | undefined)?.message;
    const fields = Object.entries(entry)
      .filter(([key]) => !hidden.has(key))
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    const rest = [error, fields.join(' ')].filter(Boolean).join('  ');
    terminal.line(
      `  ${terminal.dim(service.padEnd(7))} ${paint(level.padEnd(5))} ${entry.message}  ${terminal.dim(rest)}`.trimEnd(),
    );
    const origin = originOf((entry.error as { stack?: string } | undefined)?.stack);
    if (origin) terminal.line(`          ${terminal.dim('at')} ${origin.place}  ${terminal.dim(origin.source)}`);
    const advice = adviceOn(entry.message, service);
    if (advice) terminal.line(`          → ${advice}`);
  };
}

/** The first line of our own sources in a stack, and the code at that place. */
function originOf(stack: string | undefined): { place: string; source: string } | undefined {
  const frames = [...(stack ?? '').matchAll(/(?:file:\/\/)?(\/[^\s():]+\.ts):(\d+):\d+/g)];
  const frame = frames.find(([, path = '']) => path.startsWith(`${repositoryRoot}/`) && isSource(path));
  if (!frame) return undefined;
  const [, path = '', number = ''] = frame;
  try {
    const source = readFileSync(path, 'utf8').split('\n')[Number(number) - 1]?.trim() ?? '';
    return { place: `${relative(repositoryRoot, path)}:${number}`, source };
  } catch {
    // The file was moved since it was loaded.
    return { place: `${relative(repositoryRoot, path)}:${number}`, source: '' };
  }
}

interface Entry {
  level: string;
  message: string;
  error?: unknown;
}

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Partial<Entry>;
    return typeof entry.level === 'string' && typeof entry.message === 'string' ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
