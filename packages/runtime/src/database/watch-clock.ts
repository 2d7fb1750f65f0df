import type { Logger } from '../logging/logger.ts';
import { RecurringWarnings } from '../logging/recurring-warnings.ts';
import type { Metrics } from '../ops/metrics.ts';
import { errorMessage } from '../text/errors.ts';
import type { Database } from './open-database.ts';

const EVERY_MS = 15_000;
/** While it cannot be read: whoever waits for the database to come up hears of a wrong clock soon after. */
const AGAIN_MS = 1_000;
/** Nothing of ours goes wrong by it, but one of the two machines has lost its time source. NTP keeps within a fraction of a second. */
const WARN_MS = 5_000;
const WARN_EVERY_MS = 10 * 60_000;

interface ClockWatchOptions {
  logger: Logger;
  metrics: Metrics;
  everyMs?: number;
}

/**
 * Looks at the database's clock now and then again and again, so that `database.clock` stays right when the server's clock is set
 * or another server takes over. Warns when the host's clock is more than five seconds off, and has the gauge `clock_skew_seconds`.
 *
 * @returns what ends the watch
 */
export function watchClock(
  database: Database,
  { logger, metrics, everyMs = EVERY_MS }: ClockWatchOptions,
): { stop(): Promise<void> } {
  const warnings = new RecurringWarnings({ logger, clock: database.clock, everyMs: WARN_EVERY_MS });
  const skewMs = () => database.clock.hostAheadMs;
  metrics.gauge(
    'clock_skew_seconds',
    "How far this host's clock is ahead of the database's; negative when it is behind",
    [],
    async (gauge) => gauge.set(undefined, Math.round(skewMs()) / 1000),
  );
  const look = async () => {
    try {
      await database.readClock();
    } catch (error) {
      // Readiness reports a database that is away; the clock goes on by what was known.
      logger.debug("the database's clock cannot be read", { reason: errorMessage(error) });
      return false;
    }
    if (Math.abs(skewMs()) < WARN_MS) {
      warnings.ended('skew');
      return true;
    }
    warnings.warn('skew', "this host's clock and the database's differ: the database's counts; see to NTP on both", {
      ahead_seconds: Math.round(skewMs()) / 1000,
    });
    return true;
  };
  const stopped = new AbortController();
  const watch = async () => {
    while (!stopped.signal.aborted) {
      const read = await look();
      await database.clock.sleep(read ? everyMs : AGAIN_MS, stopped.signal).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
}
