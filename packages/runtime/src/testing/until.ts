import { setTimeout as pause } from 'node:timers/promises';

const FIRST_MS = 10;
/** What is waited for longer is looked at less often: looking costs the processor that others work on. */
const MAX_MS = 50;

/** The condition did not come true in time. */
export class TimedOut extends Error {}

/** Waits for a condition. @throws TimedOut that names it when it has not come true in time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs = 120_000,
  what = String(condition),
): Promise<void> {
  const end = performance.now() + withinMs;
  for (let everyMs = FIRST_MS; performance.now() < end; everyMs = Math.min(everyMs * 1.2, MAX_MS)) {
    if (await condition()) return;
    await pause(everyMs);
  }
  throw new TimedOut(`waited ${withinMs / 1_000} s in vain for ${what}`);
}
