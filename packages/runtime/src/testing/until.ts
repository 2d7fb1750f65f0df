import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 10;

/** The condition did not come true in time. */
export class TimedOut extends Error {}

/** Waits for a condition. @throws TimedOut that names it when it has not come true in time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs = 120_000,
  what = String(condition),
): Promise<void> {
  for (const end = performance.now() + withinMs; performance.now() < end; await pause(EVERY_MS)) {
    if (await condition()) return;
  }
  throw new TimedOut(`waited ${withinMs / 1_000} s in vain for ${what}`);
}
