import { WAIT_BOUNDS } from '@postern/sqs';
import { quantile } from './quantile.ts';
import type { QueueMoment } from './queue-history.ts';

/** What SQS does not say of a queue, as far as the history does. */
export interface QueueFlow {
  /** Messages that came in a second; undefined where it is not known. */
  arriving: number | undefined;
  /** How long the oldest message has waited, in seconds; undefined where none waits or nothing is known. */
  oldest:
    | {
        seconds: number /** Nobody takes any, so that it is only known when the queue was last empty. */;
        atMost: boolean;
      }
    | undefined;
}

/** How far back it looks, in seconds. */
export const FLOW_SECONDS = 300;

/**
 * @param moments minutes of the queue in the last `FLOW_SECONDS`, the earliest first
 * @param waiting messages that wait now
 * @param lastEmpty when it was last seen empty, in seconds since 1970
 */
export function queueFlow(
  moments: readonly QueueMoment[],
  { waiting, lastEmpty, now }: { waiting: number; lastEmpty: number | undefined; now: number },
): QueueFlow {
  const seen = moments.filter((moment) => moment.waiting !== undefined);
  const [first, last] = [seen.at(0), seen.at(-1)];
  const seconds = first && last ? last.at - first.at : 0;
  const gone = seen.slice(1).reduce((sum, { done, dead }) => sum + done + dead, 0);
  const grown = (last?.waiting ?? 0) - (first?.waiting ?? 0);
  const arriving = seconds > 0 ? Math.max(0, (gone + grown) / seconds) : undefined;
  if (waiting === 0) return { arriving, oldest: undefined };
  const taken = moments.slice(-2).filter(({ paused }) => !paused);
  const waits = Array.from({ length: WAIT_BOUNDS.length + 1 }, (_, index) =>
    taken.reduce((sum, moment) => sum + (moment.waits[index] ?? 0), 0),
  );
  const waited = quantile(0.99, WAIT_BOUNDS, waits);
  if (waited !== undefined) return { arriving, oldest: { seconds: waited, atMost: false } };
  const oldest = lastEmpty === undefined ? undefined : { seconds: Math.max(0, now - lastEmpty), atMost: true };
  return { arriving, oldest };
}
