import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import { quantile } from './quantile.ts';
import type { QueueMoment } from './queue-history.ts';

/** From a quarter of an hour to a week, each in about a hundred slots or fewer, from rows of the length that is kept for so long. */
export const RANGES = {
  '15m': { label: '15 minutes', seconds: 900, span: 60, slotSeconds: 60 },
  '1h': { label: '1 hour', seconds: 3_600, span: 60, slotSeconds: 60 },
  '6h': { label: '6 hours', seconds: 21_600, span: 60, slotSeconds: 300 },
  '24h': { label: '24 hours', seconds: 86_400, span: 900, slotSeconds: 900 },
  '7d': { label: '7 days', seconds: 604_800, span: 900, slotSeconds: 7_200 },
} as const;

export type RangeName = keyof typeof RANGES;

/** What a chart shows of a time. */
interface QueueSlot {
  /** Its beginning, in seconds since 1970. */
  at: number;
  /** A second. */
  handled: number;
  failed: number;
  /** In seconds; undefined where nothing was handled. */
  timeP50: number | undefined;
  timeP99: number | undefined;
  waitP50: number | undefined;
  waitP99: number | undefined;
  waiting: number | undefined;
  paused: boolean;
}

/** The beginning of the first slot of a range, in seconds since 1970. The last one has begun. */
export function firstSlot(range: RangeName, now: number): number {
  const { seconds, slotSeconds } = RANGES[range];
  return Math.floor(now / slotSeconds) * slotSeconds - seconds + slotSeconds;
}

/** The slots of a range in their order; undefined for those that no replica has written of: nobody knows what happened. */
export function slotsOf(moments: readonly QueueMoment[], range: RangeName, now: number): (QueueSlot | undefined)[] {
  const { seconds, span, slotSeconds } = RANGES[range];
  const from = firstSlot(range, now);
  const bySlot = Map.groupBy(moments, ({ at }) => Math.floor((at - from) / slotSeconds));
  return Array.from({ length: seconds / slotSeconds }, (_, index) => {
    const own = bySlot.get(index);
    return own && slotOf(own, { at: from + index * slotSeconds, span, now });
  });
}

function slotOf(
  moments: readonly QueueMoment[],
  { at, span, now }: { at: number; span: number; now: number },
): QueueSlot {
  // The last row is not over yet: what is in it came in less time.
  const covered = moments.reduce((sum, moment) => sum + Math.max(1, Math.min(span, now - moment.at)), 0);
  const sum = (of: (moment: QueueMoment) => number) => moments.reduce((total, moment) => total + of(moment), 0);
  const counts = (of: (moment: QueueMoment) => readonly number[], length: number) =>
    Array.from({ length }, (_, index) => sum((moment) => of(moment)[index] ?? 0));
  const times = counts(({ times: each }) => each, TIME_BOUNDS.length + 1);
  const waits = counts(({ waits: each }) => each, WAIT_BOUNDS.length + 1);
  return {
    at,
    handled: sum(({ done }) => done) / covered,
    failed: sum(({ failed }) => failed) / covered,
    timeP50: quantile(0.5, TIME_BOUNDS, times),
    timeP99: quantile(0.99, TIME_BOUNDS, times),
    waitP50: quantile(0.5, WAIT_BOUNDS, waits),
    waitP99: quantile(0.99, WAIT_BOUNDS, waits),
    waiting: moments.findLast(({ waiting }) => waiting !== undefined)?.waiting,
    paused: moments.some(({ paused }) => paused),
  };
}
