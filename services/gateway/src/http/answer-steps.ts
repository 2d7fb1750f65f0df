import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, SystemClock } from '@postern/runtime';

/** A timer ends up to this late, in milliseconds: the rest is waited for in turns of the event loop. */
const LATE_MS = 2;
const system = new SystemClock();

/**
 * Resolves at the end of a step of `stepMs` milliseconds since `begun` (by the monotonic clock): what was done meanwhile has taken
 * as long as anything else that fits into the step.
 *
 * Not by a timer alone: one ends so many whole milliseconds after it was set, which leaves the fraction that tells. Nor by a wait of another
 * length each time, which whoever asks often enough averages out.
 */
export async function endOfStep(begun: number, stepMs: number, clock: Clock = system): Promise<void> {
  const steps = Math.max(1, Math.ceil((clock.monotonic() - begun) / stepMs));
  const end = begun + steps * stepMs;
  const left = end - clock.monotonic();
  if (left > LATE_MS) await clock.sleep(left - LATE_MS);
  while (clock.monotonic() < end) await turn();
}

/** What `work` comes to, be it an error, at the end of a step. */
export async function inSteps<T>(stepMs: number, work: () => Promise<T>, clock: Clock = system): Promise<T> {
  const begun = clock.monotonic();
  try {
    return await work();
  } finally {
    await endOfStep(begun, stepMs, clock);
  }
}
