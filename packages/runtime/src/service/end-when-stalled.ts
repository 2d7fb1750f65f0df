import type { Logger } from '../logging/logger.ts';
import type { Health } from '../ops/health.ts';
import { type Clock, SystemClock } from '../time/clock.ts';
import type { Shutdown } from './shutdown.ts';

const EVERY_MS = 5_000;
/** Looks in a row that find a stall before the process ends: a minute. Counted, so that no clock that is set ends a process. */
const LOOKS = 12;

interface EndWhenStalledOptions {
  health: Health;
  shutdown: Shutdown;
  logger: Logger;
  clock?: Clock;
  /** Ends the process (default `process.exit`). */
  exit?: (code: number) => void;
}

/**
 * Ends the process when it has not been live for a minute, with 1 and after what can be stopped has been. Not live means that a
 * restart would help, and not everybody who runs containers restarts one that says so: Docker restarts what has ended.
 */
export function endWhenStalled(options: EndWhenStalledOptions): void {
  const { health, shutdown, logger, clock = new SystemClock(), exit = process.exit } = options;
  const watch = async () => {
    for (let looks = 0; looks < LOOKS; ) {
      await clock.sleep(EVERY_MS);
      if (health.draining) return;
      looks = health.live().ok ? 0 : looks + 1;
    }
    const stalls = health.live().checks.filter(({ ok }) => !ok);
    logger.error('this process has stalled and exits, so that it is restarted', { stalls });
    await shutdown.run('stalled');
    exit(1);
  };
  void watch();
}
