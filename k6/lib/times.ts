import type { Options } from 'k6/options';

type Thresholds = NonNullable<Options['thresholds']>;

/**
 * Thresholds that say how fast the system and the machine under it are. `IGNORE_TIMES=true` leaves them out, as `test` does: beside other work a machine
 * is slower than any figure, and what has to hold there is that no answer and no mail is missing.
 */
export function times(thresholds: Thresholds): Thresholds {
  return __ENV.IGNORE_TIMES === 'true' ? {} : thresholds;
}
