import { isDeepStrictEqual } from 'node:util';
import { type Account, type Act, after } from './account-model.ts';

/** An act that was answered with success. Times by one monotonic clock, in milliseconds. */
export interface Done {
  act: Act;
  sentAt: number;
  answeredAt: number;
}

/**
 * Requests that ran at the same time have to look as if they had run one after the other: the order of them that leads from `before` to
 * what was found, undefined where there is none. Whoever was answered before another was sent comes before it.
 */
export function explain(before: Account, done: readonly Done[], found: Account): Act[] | undefined {
  if (done.length === 0) return isDeepStrictEqual(before, found) ? [] : undefined;
  for (const next of done) {
    const others = done.filter((other) => other !== next);
    if (others.some(({ answeredAt }) => answeredAt < next.sentAt)) continue;
    const then = after(before, next.act);
    const rest = then && explain(then, others, found);
    if (rest) return [next.act, ...rest];
  }
  return undefined;
}
