import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds; fails after 20 s with the condition's text. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Never came true: ${condition}`);
    await delay(10);
  }
}
