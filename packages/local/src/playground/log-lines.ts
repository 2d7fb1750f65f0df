import type { Terminal } from '../terminal.ts';
import { adviceOn } from './advice.ts';

/** Fields that a person at a terminal does not need of a log line. */
const hidden = new Set(['level', 'message', 'service', 'time', 'timestamp', 'error', 'pid', 'host']);

/**
 * Turns the services' JSON lines into something to read: warnings and errors, or everything with `verbose`. The log
 * files keep the lines as they were.
 */
export function logPrinter(terminal: Terminal, service: string, verbose: boolean): (line: string) => void {
  return (line) => {
    const entry = parse(line);
    if (!entry) {
      // A service writes plain text only when it cannot start or crashes, and its end tells that anyway.
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
    const advice = adviceOn(entry.message, service);
    if (advice) terminal.line(`          → ${advice}`);
  };
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
