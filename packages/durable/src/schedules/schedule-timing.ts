import { Cron } from 'croner';

/** When a schedule fires: a cron pattern (five or six fields) in a time zone, or a fixed interval. */
export type Timing = { cron: string; timezone?: string } | { everyMs: number };

const MIN_EVERY_MS = 1_000;
/** A year: what comes less often has a date, and past some centuries there is no time to write down. */
const MAX_EVERY_MS = 366 * 86_400_000;
const UTC = 'UTC';
/** The parser's own words count days and months from 0. */
const FIELDS =
  'five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7 (0 and 7 are Sunday), such as "15 3 * * *"';

/** The timing as one line of text: what is stored, shown and compared. */
export function timingText(timing: Timing): string {
  return 'cron' in timing ? `${timing.cron} ${timing.timezone ?? UTC}` : `every ${timing.everyMs} ms`;
}

/**
 * The first time after `after`. An interval counts from `last`, so that it does not drift by the time a run is late.
 *
 * @throws RangeError when the timing is malformed or has no such time
 */
export function nextTime(timing: Timing, after: Date, last: Date = after): Date {
  if ('everyMs' in timing) {
    const { everyMs } = timing;
    if (!(Number.isSafeInteger(everyMs) && everyMs >= MIN_EVERY_MS && everyMs <= MAX_EVERY_MS)) {
      throw new RangeError(
        `everyMs must be a whole number, at least ${MIN_EVERY_MS} and at most ${MAX_EVERY_MS}, not ${everyMs}`,
      );
    }
    const missed = Math.max(0, Math.floor((after.getTime() - last.getTime()) / everyMs));
    return new Date(last.getTime() + (missed + 1) * everyMs);
  }
  const { cron, timezone = UTC } = timing;
  if (timezone !== UTC && !isTimeZone(timezone)) {
    throw new RangeError(
      `"${timezone}" is not a time zone: expected a name of the IANA database such as "Europe/Berlin"`,
    );
  }
  let next: Date | null;
  try {
    // Zones are read from ICU, which takes 12 ms of a start to be loaded and is not needed for the one that most schedules are in.
    const zone = timezone === UTC ? { utcOffset: 0 } : { timezone };
    next = new Cron(cron, { ...zone, mode: '5-or-6-parts' }).nextRun(after);
  } catch (error) {
    throw new RangeError(`"${cron}" (${timezone}) is not a cron pattern: expected ${FIELDS}`, { cause: error });
  }
  if (!next) throw new RangeError(`"${cron}" (${timezone}) never comes again after ${after.toISOString()}`);
  return next;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
