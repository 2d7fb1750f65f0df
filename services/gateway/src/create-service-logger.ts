import { createLogger, type Logger, type LoggerOptions } from '@postern/runtime';
import { release } from './release.ts';

/** The gateway's log: each line says which release wrote it, and on which replica. */
export function createServiceLogger(options: Pick<LoggerOptions, 'level' | 'format' | 'to'>): Logger {
  return createLogger({ service: 'gateway', version: release, ...options });
}
