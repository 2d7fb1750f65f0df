import { RetryLater } from '@postern/sqs';

const SHORTEST_MS = 5_000;
const LONGEST_MS = 300_000;
/** Of the time that the pause has lasted, what a message waits before it is looked at again. */
const SHARE = 0.25;

/**
 * A message's handler is paused: it waits in its queue, for as long as that takes, and costs none of its tries. It is looked at again
 * after a quarter of the pause's length, 5 s to 5 min, so that a short pause ends quickly and a long one costs few requests.
 */
export class HandlerPaused extends RetryLater {
  override name = 'HandlerPaused';

  /** @param pausedMs for how long it has been paused */
  constructor(handler: string, pausedMs: number, random: () => number = Math.random) {
    const waitMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, pausedMs * SHARE));
    super(`${handler} is paused`, {
      // Spread, so that what waits does not come back all at once.
      delayMs: waitMs * (0.5 + random() / 2),
      atMostMs: Number.POSITIVE_INFINITY,
    });
  }
}
