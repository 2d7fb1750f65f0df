import { ConsumerStoppedError, RetryLater } from './outcomes.ts';

/** What a copy of a message remembers of the message that it stands for; SQS has times and counts of the copy alone. */
export interface History {
  /** When the message was first sent, in milliseconds since 1970. */
  sentAt: number;
  /** When a handler could first have had it: when it was sent, the end of its first delay, or of its last wait that had no limit. */
  dueAt: number;
  /** When it was first received. */
  firstAt: number;
  /** How often its handler said that it is to wait. */
  waits: number;
  /** It may be what its consumer died of: it runs with no other beside it. */
  alone: boolean;
  /** Since when it has been waiting for what has a limit of its own; undefined while it is not. */
  heldSince?: number | undefined;
}

/** `1767225600000/1767225600000/1767225601000/3`, and `/alone`, and `/held=1767225601500`. */
export function historyText({ sentAt, dueAt, firstAt, waits, alone, heldSince }: History): string {
  const held = heldSince === undefined ? [] : [`held=${heldSince}`];
  return [sentAt, dueAt, firstAt, waits, ...(alone ? ['alone'] : []), ...held].join('/');
}

/** Undefined for what is none. */
export function readHistory(text: string): History | undefined {
  const match = /^(\d{1,15})\/(\d{1,15})\/(\d{1,15})\/(\d{1,9})(\/alone)?(?:\/held=(\d{1,15}))?$/.exec(text);
  if (!match) return undefined;
  const [sentAt = 0, dueAt = 0, firstAt = 0, waits = 0] = match.slice(1, 5).map(Number);
  const heldSince = match[6] === undefined ? undefined : Number(match[6]);
  return { sentAt, dueAt, firstAt, waits, alone: match[5] !== undefined, heldSince };
}

/** What is to be remembered of a message that is tried again, by how its try ended: a run that failed ends a wait. */
export function historyAfter(error: unknown, history: History, now: number): History {
  if (error instanceof ConsumerStoppedError) return history;
  const after = error instanceof RetryLater ? historyOfWait(error, history, now) : { ...history, heldSince: undefined };
  return { ...after, alone: false };
}

/**
 * A limit of the wait's own counts from the first time that somebody looked and had the message wait for that: it may have been in the queue
 * for hours before, behind others or because they were paused. A wait without a limit counts for none of those that come after it.
 */
function historyOfWait({ atMostMs }: RetryLater, history: History, now: number): History {
  const unlimited = atMostMs === Number.POSITIVE_INFINITY;
  const limited = atMostMs !== undefined && !unlimited;
  return {
    ...history,
    waits: history.waits + 1,
    dueAt: unlimited ? now : history.dueAt,
    heldSince: limited ? (history.heldSince ?? now) : undefined,
  };
}

/**
 * For how long a message has waited, in milliseconds, as what it is to wait for now counts it. In a FIFO queue, where no copy remembers, a limit
 * counts from the first receive.
 */
export function waitedMs(error: unknown, history: History, { now, fifo }: { now: number; fifo: boolean }): number {
  if (!(error instanceof RetryLater)) return now - history.dueAt;
  const { heldSince, dueAt, firstAt } = historyOfWait(error, history, now);
  if (heldSince === undefined) return now - dueAt;
  return now - (fifo ? firstAt : heldSince);
}
