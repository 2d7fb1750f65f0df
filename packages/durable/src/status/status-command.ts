import { type Command, type Database, defineCommand, flag, type Logger, type Opened, refresh } from '@postern/runtime';
import type { QueueDepth } from '@postern/sqs/ports';
import { lookAtAll, type PausedQueue } from './look-at-all.ts';
import { statusPage } from './status-page.ts';

const EVERY_MS = 2_000;

interface StatusCommandOptions {
  open: Opened<{ database: Database; logger: Logger }>;
  queues: () => Promise<readonly QueueDepth[]>;
  pauses?: (database: Database) => Promise<readonly PausedQueue[]>;
}

/** `status`: who runs, and what waits where, at a glance. A part that cannot be asked keeps none of the others from being shown. */
export function statusCommand({ open, queues, pauses }: StatusCommandOptions): Command {
  return defineCommand({
    name: 'status',
    summary: 'Shows which replicas run, and what waits: in the outbox, and in the queues with their dead letters',
    about: [
      'A replica is silent when it has missed three heartbeats of ten seconds; one that stops leaves the list, one that is killed after an hour.',
      'The time to drain is what waits, by what the replicas handled in their last ten seconds. Exits with 1 when a part cannot be asked.',
    ].join('\n'),
    examples: ['status', 'status --watch', 'status --json'],
    input: { watch: flag('anew every two seconds, until it is interrupted') },
    run: async ({ watch }, io) => {
      const look = () =>
        open(async ({ database, logger }) => {
          // From its first connection on, times are the database's.
          await database.ping().catch(() => undefined);
          return lookAtAll({ database, logger, queues, pauses });
        });
      if (watch) {
        const page = async () => {
          const status = await look();
          return { data: status, lines: [...statusPage(status), ...status.problems] };
        };
        await refresh(io, EVERY_MS, { look: page });
        return 0;
      }
      const { problems, ...status } = await look();
      io.answer({ ...status, problems }, statusPage({ ...status, problems }));
      for (const problem of problems) io.note(problem);
      return problems.length > 0 ? 1 : 0;
    },
  });
}
