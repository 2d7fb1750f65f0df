import { type Clock, SystemClock } from '@postern/runtime';
import { RetryLater } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

export interface BulkheadOptions {
  /** Runs of this handler at a time. */
  concurrency: number;
  /** Longest wait for a turn inside the process, in milliseconds; after it the message goes back to SQS. Default 2,000. */
  maxWaitMs?: number;
  clock?: Clock;
}

/** A bound on the concurrency of one handler, where a queue has several: a slow one does not take all slots of the queue for long. */
export function bulkhead(options: BulkheadOptions): Middleware {
  const { concurrency, maxWaitMs = 2_000, clock = new SystemClock() } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`A concurrency must be 1 or more, not ${concurrency}`);
  }
  let running = 0;
  const line: (() => void)[] = [];

  function leave(): void {
    // The slot is handed over as it is, so that `running` stays what it was.
    const hand = line.shift();
    if (hand) hand();
    else running -= 1;
  }

  async function enter(signal: AbortSignal): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    const turn = Promise.withResolvers<'mine'>();
    const hand = () => turn.resolve('mine');
    line.push(hand);
    const over = new AbortController();
    const limit = clock.sleep(maxWaitMs, AbortSignal.any([signal, over.signal])).catch(() => {});
    const won = await Promise.race([turn.promise, limit]);
    over.abort();
    if (won === 'mine') return;
    const place = line.indexOf(hand);
    // Handed over in the very moment of giving up: it goes on to the next.
    if (place === -1) leave();
    else line.splice(place, 1);
    signal.throwIfAborted();
    throw new RetryLater(`${concurrency} messages are with this handler already`);
  }

  return (next) => async (message) => {
    await enter(message.signal);
    try {
      await next(message);
    } finally {
      leave();
    }
  };
}
