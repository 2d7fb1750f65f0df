import { type Database, errorMessage, type Logger } from '@postern/runtime';
import type { QueueDepth, UnansweredQueuesError } from '@postern/sqs/ports';
import { DeadRows } from '../outbox/dead-rows.ts';
import { listReplicas, type ReplicaReport } from '../replicas/replica-list.ts';
import { requireWritable } from './require-writable.ts';

export interface QueueStatus extends QueueDepth {
  /** Of this service, that run and consume it. */
  replicas: number;
  /** Messages that they have handled a second. */
  per_second: number;
  /** What waits, by that, and by one a second at least; null when something waits and nobody of this service takes it. */
  drain_seconds: number | null;
  /** By an operator, the whole of it. */
  paused: boolean;
}

/** What an operator has paused. */
export interface PausedQueue {
  queue: string;
  /** Empty: the whole queue. */
  handler: string;
  by: string;
  reason: string;
  at: Date;
}

/** Each part is null when it cannot be asked; `problems` has the reason. */
export interface Status {
  outbox: { pending: number; dead: number; oldest: Date | null } | null;
  replicas: ReplicaReport[] | null;
  queues: QueueStatus[] | null;
  pauses: readonly PausedQueue[] | null;
  problems: string[];
}

interface StatusParts {
  database: Database;
  logger: Logger;
  queues: () => Promise<readonly QueueDepth[]>;
  /** Absent where nothing can be paused. */
  pauses?: ((database: Database) => Promise<readonly PausedQueue[]>) | undefined;
}

export async function lookAtAll({ database, logger, queues, pauses }: StatusParts): Promise<Status> {
  const asked = await Promise.allSettled([
    new DeadRows(database, { logger }).counts(),
    listReplicas(database),
    queues(),
    pauses?.(database) ?? [],
    requireWritable(database),
  ]);
  const problems = asked.flatMap((part, index) => {
    if (part.status === 'fulfilled') return [];
    const parts = [
      'outbox cannot be asked',
      'replicas cannot be asked',
      'queues cannot be asked',
      'pauses cannot be asked',
    ];
    return [`the ${parts[index] ?? 'database cannot be written'}: ${errorMessage(part.reason)}`];
  });
  const [outbox, replicas, depths, held] = asked;
  const [known, paused] = [answerOf(replicas), answerOf(held)];
  return {
    outbox: answerOf(outbox),
    replicas: known,
    queues:
      (answerOf(depths) ?? answeredOf(depths))?.map((depth) => withSpeed(depth, known ?? [], paused ?? [])) ?? null,
    pauses: paused,
    problems,
  };
}

function answerOf<Value>(result: PromiseSettledResult<Value>): Value | null {
  return result.status === 'fulfilled' ? result.value : null;
}

/** Of queues that could be asked in part, those that answered: they come with the error. */
function answeredOf(result: PromiseSettledResult<unknown>): readonly QueueDepth[] | null {
  if (result.status === 'fulfilled') return null;
  return (result.reason as Partial<UnansweredQueuesError>).answered ?? null;
}

function withSpeed(
  depth: QueueDepth,
  replicas: readonly ReplicaReport[],
  pauses: readonly Pick<PausedQueue, 'queue' | 'handler'>[],
): QueueStatus {
  const speeds = replicas
    .filter(({ state }) => state === 'running')
    .flatMap(({ queues }) => queues.filter(({ queue }) => queue === depth.queue))
    .map(({ per_second }) => per_second);
  const perSecond = Math.round(speeds.reduce((sum, speed) => sum + speed, 0) * 10) / 10;
  const paused = pauses.some(({ queue, handler }) => queue === depth.queue && handler === '');
  // Nobody empties it: no figure is right but that of an empty one.
  const stopped = paused || speeds.length === 0;
  const drainSeconds = stopped && depth.waiting > 0 ? null : Math.round(depth.waiting / Math.max(1, perSecond));
  return { ...depth, replicas: speeds.length, per_second: perSecond, drain_seconds: drainSeconds, paused };
}
