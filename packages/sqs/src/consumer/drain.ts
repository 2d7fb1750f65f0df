import { ConsumerStoppedError } from '../retry/outcomes.ts';
import type { ConsumerParts } from './consumer-parts.ts';

/** What a stop left behind, to be logged. */
export interface StopReport {
  /** Messages whose handlers ended after the stop began. */
  finished: number;
  /** Messages given back before any handler began. */
  returned: number;
  /** Handlers that were still running at the deadline; their messages were given back. */
  left: number;
  /** Receives that were broken off at the deadline: what they were bringing stays hidden for the visibility. */
  brokenOffPolls: number;
  tookMs: number;
}

/** Of the deadline, kept for the last calls to SQS; at least this many milliseconds. */
const FLUSH_SHARE = 0.1;
const FLUSH_MS = 200;
const LOOK_EVERY_MS = 5;

/**
 * Ends a consumer: no new receive, open ones may end by themselves, handlers may finish. At the deadline receives are broken off,
 * handlers aborted, and what is left is given back to be seen at once.
 *
 * @param giveBackWaiting gives back messages that no handler began, and says how many
 */
export async function drain(
  parts: ConsumerParts,
  deadlineMs: number,
  giveBackWaiting: () => number,
): Promise<Omit<StopReport, 'finished' | 'tookMs'>> {
  const { settings, polls, pool, keeper, settler } = parts;
  const { clock, abortGraceMs } = settings;
  const drainMs = deadlineMs * (1 - FLUSH_SHARE);
  const graceMs = Math.min(abortGraceMs, drainMs / 4);
  const over = new AbortController();
  const drained = whenDrained(parts, polls.stop(), over.signal);
  let returned = giveBackWaiting();
  pool.pump();
  const limit = clock.sleep(drainMs - graceMs, over.signal).catch(() => {});
  let brokenOffPolls = 0;
  let left = 0;
  if ((await Promise.race([drained.then(() => 'drained'), limit])) !== 'drained') {
    brokenOffPolls = polls.end();
    returned += pool.clear().length;
    pool.abortAll(new ConsumerStoppedError());
    await Promise.race([drained, clock.sleep(graceMs)]);
    left = pool.abandonAll();
  }
  over.abort();
  for (const lease of [...keeper]) {
    const unsettled = lease.deliveries.some((delivery) => !delivery.settled);
    if (!lease.ending && !lease.lost && unsettled) settler.giveBack(lease);
  }
  await Promise.race([settler.flush(), clock.sleep(Math.max(FLUSH_MS, deadlineMs * FLUSH_SHARE))]);
  return { returned, left, brokenOffPolls };
}

/** Resolves when no receive is open and no handler runs or waits. */
async function whenDrained({ pool, settings }: ConsumerParts, polls: Promise<void>, over: AbortSignal): Promise<void> {
  await polls;
  while ((pool.running > 0 || pool.waiting > 0) && !over.aborted) await settings.clock.sleep(LOOK_EVERY_MS);
}
