import { join } from 'node:path';

/** The environment of a process whose host's clock is `aheadMs` ahead of the real one. */
export function shiftedHost(aheadMs: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${join(import.meta.dirname, 'shift-date.ts')}`,
    SHIFT_DATE_MS: String(aheadMs),
  };
}
