import { nextTime } from '@postern/durable';
import { errorMessage, UsageError } from '@postern/runtime/light';

/** @throws UsageError for a pattern that the scheduler would refuse at its start */
export function requireCron(pattern: string): void {
  try {
    nextTime({ cron: pattern }, new Date());
  } catch (error) {
    throw new UsageError(`--cron: ${errorMessage(error)}`);
  }
}
