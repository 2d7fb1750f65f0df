import type { Clock } from '@postern/runtime';
import { addressBlock } from '../client-address.ts';
import { RateLimited } from '../problems.ts';
import type { Limit, LimitSubject } from '../route.ts';
import type { Count, RateLimitStore, Tally } from './rate-limit-store.ts';

/** Used-up limits remembered in this process, so that a flood is refused without asking the database. */
const REMEMBERED = 10_000;

/** Enforces the limits of a route and writes their headers (draft-ietf-httpapi-ratelimit-headers-10). */
export class RateLimiter {
  readonly #store: Pick<RateLimitStore, 'hit'>;
  readonly #clock: Clock;
  readonly #usedUp = new Map<string, number>();

  constructor(store: Pick<RateLimitStore, 'hit'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Counts the request on each limit in turn. Where one is used up the later ones are not counted: a stranger who makes up
   * what they count by (addresses of people, tokens) adds no more rows than the limit before allows.
   *
   * @returns the headers for the answer
   * @throws ProblemError 429 with Retry-After when one of them is used up
   */
  async check(limits: readonly Limit[], subject: LimitSubject): Promise<Record<string, string>> {
    const now = this.#clock.now().getTime();
    const tallies = limits.map((limit) => toTally(limit, subject));
    const known = this.#knownUsedUp(limits, tallies, now);
    const counts = known ?? (await this.#count(limits, tallies, now));
    const headers = rateLimitHeaders(limits, counts, now);
    const exceeded = counts.flatMap(({ hits, resetsAt }, index) => (hits > maxOf(limits, index) ? [resetsAt] : []));
    if (exceeded.length === 0) return headers;
    this.#remember(limits, tallies, counts);
    const seconds = Math.max(1, Math.ceil((Math.max(...exceeded) - now) / 1_000));
    throw RateLimited.error({
      detail: `Try again in ${seconds} s.`,
      headers: { ...headers, 'retry-after': String(seconds) },
    });
  }

  async #count(limits: readonly Limit[], tallies: readonly Tally[], now: number): Promise<Count[]> {
    const counts: Count[] = [];
    let exceeded = false;
    for (const [index, tally] of tallies.entries()) {
      const count: Count = exceeded ? uncounted(tally, now) : await this.#store.hit(tally, now);
      exceeded ||= count.hits > maxOf(limits, index);
      counts.push(count);
    }
    return counts;
  }

  #knownUsedUp(limits: readonly Limit[], tallies: readonly Tally[], now: number): Count[] | undefined {
    const ends = tallies.map((tally) => this.#usedUp.get(keyOf(tally)) ?? 0);
    if (!ends.some((end) => end > now)) return undefined;
    return tallies.map((tally, index) => {
      const end = ends[index] as number;
      return end > now ? { hits: maxOf(limits, index) + 1, resetsAt: end } : uncounted(tally, now);
    });
  }

  #remember(limits: readonly Limit[], tallies: readonly Tally[], counts: readonly Count[]): void {
    if (this.#usedUp.size > REMEMBERED) this.#usedUp.clear();
    for (const [index, { hits, resetsAt }] of counts.entries()) {
      if (hits > maxOf(limits, index)) this.#usedUp.set(keyOf(tallies[index] as Tally), resetsAt);
    }
  }
}

/** Where a tally stands for a request that another limit refuses anyway. */
function uncounted({ windowSeconds }: Tally, now: number): Count {
  return { hits: 0, resetsAt: now + windowSeconds * 1_000 };
}

function maxOf(limits: readonly Limit[], index: number): number {
  return (limits[index] as Limit).max;
}

function keyOf({ name, value, windowSeconds }: Tally): string {
  return `${name}\u0000${windowSeconds}\u0000${value}`;
}

function toTally({ name, per, windowSeconds }: Limit, subject: LimitSubject): Tally {
  return { name, windowSeconds, value: countedValue(per, subject) };
}

function countedValue(per: Limit['per'], subject: LimitSubject): string {
  if (typeof per === 'function') return per(subject);
  if (per === 'everyone') return '';
  if (per === 'address') return addressBlock(subject.address);
  if (!subject.principal) throw new TypeError('a limit per account is set on a route without sign-in');
  return subject.principal.userId;
}

/** `RateLimit-Policy: "sign-up";q=10;w=60` and `RateLimit: "sign-up";r=9;t=60`, one item a limit. */
export function rateLimitHeaders(
  limits: readonly Limit[],
  counts: readonly Count[],
  now: number,
): Record<string, string> {
  const policies = limits.map(({ name, max, windowSeconds }) => `"${name}";q=${max};w=${windowSeconds}`);
  const states = counts.map(({ hits, resetsAt }, index) => {
    const remaining = Math.max(0, maxOf(limits, index) - hits);
    return `"${(limits[index] as Limit).name}";r=${remaining};t=${Math.max(0, Math.ceil((resetsAt - now) / 1_000))}`;
  });
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') };
}
