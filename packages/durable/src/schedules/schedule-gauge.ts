import type { Metrics } from '@postern/runtime';
import type { ScheduleReport } from '../jobs/schedule-store.ts';

/** What an operator sees of schedules: which of these fail. Every replica says the same, from their rows. */
export function addScheduleGauge(
  metrics: Metrics,
  { list, has }: { list: () => Promise<ScheduleReport[]>; has: (name: string) => boolean },
): void {
  metrics.gauge(
    'schedule_failing',
    'Whether the last run of a schedule failed, or could not be begun',
    ['schedule'],
    async (gauge) => {
      // Of one that an earlier release had, nobody knows whether it runs.
      for (const { name, lastError } of await list()) {
        if (has(name)) gauge.set({ schedule: name }, lastError === undefined ? 0 : 1);
      }
    },
  );
}
