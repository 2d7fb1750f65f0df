import { scheduleCommands } from '@postern/durable';
import type { Command, Database, Logger, Opened } from '@postern/runtime';

/** The gateway's schedules; each act leaves a line in the log. */
export function gatewaySchedules(open: Opened<{ database: Database; logger: Logger }>): Command[] {
  return scheduleCommands({
    open,
    record:
      async ({ logger }, { operator: by, action, target: schedule }, reason) =>
      async (result, words) =>
        logger.info('a schedule was acted on', { by, action, schedule, reason, result, words }),
  });
}
