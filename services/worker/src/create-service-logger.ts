import { createLogger, type Logger, type LoggerOptions } from '@postern/runtime';
import manifest from '../package.json' with { type: 'json' };

/** The worker's log: each line says which release wrote it, and on which replica. */
export function createServiceLogger(options: Pick<LoggerOptions, 'level' | 'format' | 'to'>): Logger {
  return createLogger({ service: 'worker', version: manifest.version, ...options });
}
