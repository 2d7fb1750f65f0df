import type { Logger } from '../logging/logger.ts';
import { RecurringWarnings } from '../logging/recurring-warnings.ts';
import { errorMessage } from '../text/errors.ts';
import type { Clock } from '../time/clock.ts';
import { retry } from '../time/retry.ts';

/** Something outside the process that it cannot start without. */
export interface Part<T> {
  /** As the log names what is waited for, perhaps by what is wrong: `the database`. */
  name: string | ((error: unknown) => string);
  /** One try; throws while the part is not there. */
  open: () => Promise<T>;
  /** False for an error that another try cannot help, which is thrown at once. Without it every error is waited out. */
  mayPass?: (error: unknown) => boolean;
  /** How many tries in all; without it there is no end but the signal's. */
  attempts?: number;
  /** Further fields of each line: what happens meanwhile. */
  fields?: Record<string, unknown>;
}

interface WaitOptions {
  logger: Logger;
  clock: Clock;
  signal?: AbortSignal;
}

/** Waits between tries, in milliseconds: soon at first, then often enough for a restart. */
const WAITS = { baseMs: 250, ceilingMs: 5_000 };

/**
 * Waits until a part is there, with exponential backoff, and logs what it waits for: each reason at once, and again once a minute.
 *
 * @throws what `mayPass` refuses or the last try threw; the signal's reason when it is aborted
 */
export function waitFor<T>({ name, open, mayPass, attempts, fields }: Part<T>, options: WaitOptions): Promise<T> {
  const { logger, clock, signal } = options;
  const warnings = new RecurringWarnings({ logger, clock });
  return retry(open, {
    ...WAITS,
    clock,
    ...(attempts !== undefined && { attempts }),
    ...(signal && { signal }),
    ...(mayPass && { shouldRetry: mayPass }),
    onRetry: (error, attempt, delayMs) => {
      const reason = errorMessage(error);
      const what = typeof name === 'string' ? name : name(error);
      warnings.warn(reason, `waiting for ${what}`, {
        ...fields,
        ...{ reason, attempt, next_try_ms: Math.round(delayMs) },
      });
    },
  });
}
