import type { RateDenial, RateRule } from './rate-limits.ts';
import { LONGEST_WAIT_MS } from './retry-rule.ts';

/** Mails that are looked at for each place: some come a little late for their window, or find that a new mail has taken it. */
const LOOKS_PER_PLACE = 2;
/** Limits whose line is remembered; one that is forgotten begins anew. */
const MOST_LINES = 1_000;

interface Line {
  /** The window that the next mail in line waits for, in milliseconds since 1970. */
  opensAt: number;
  /** Mails that wait for that one already. */
  waiting: number;
}

/**
 * When a mail that a limit held back is looked at again: in the next window that not enough others wait for. All in the next one would be
 * looked at, and written, in each window until the last has gone, tens of thousands for the few that there are places for. A line goes no
 * further than a mail waits for anything; then it begins again from its front. Each replica has its own.
 */
export class WaitingLines {
  /** By limit, the least recently used first. */
  readonly #lines = new Map<string, Line>();

  /** @param denial says when the next window opens */
  next({ limit, at }: RateDenial, { max, windowMs }: RateRule): Date {
    const front = at.getTime();
    const line = this.#lines.get(limit) ?? { opensAt: front, waiting: 0 };
    if (line.waiting >= max * LOOKS_PER_PLACE) Object.assign(line, { opensAt: line.opensAt + windowMs, waiting: 0 });
    if (line.opensAt < front || line.opensAt > front + LONGEST_WAIT_MS)
      Object.assign(line, { opensAt: front, waiting: 0 });
    line.waiting += 1;
    this.#keep(limit, line);
    return new Date(line.opensAt);
  }

  #keep(limit: string, line: Line): void {
    this.#lines.delete(limit);
    this.#lines.set(limit, line);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > MOST_LINES && oldest !== undefined) this.#lines.delete(oldest);
  }
}
