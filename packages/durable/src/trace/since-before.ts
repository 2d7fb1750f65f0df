import type { Moment } from './moment.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long after the one before it something happened; empty for the first, and for what has not happened yet. */
export function sinceBefore(moments: readonly Moment[], index: number): string {
  const [one, before] = [moments[index], moments[index - 1]];
  return one && before && !one.waits ? stepWords(one.at.getTime() - before.at.getTime()) : '';
}

/** At a glance: `+12 ms`, `+3.4 s`, `+2 min`, `+5 h`, `+3 d`. */
function stepWords(ms: number): string {
  if (ms < SECOND) return `+${ms} ms`;
  if (ms < MINUTE) return `+${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR) return `+${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `+${Math.floor(ms / HOUR)} h`;
  return `+${Math.floor(ms / DAY)} d`;
}
