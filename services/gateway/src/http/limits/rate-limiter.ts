import type { Clock } from '@postern/runtime';
import { RateLimited } from '../problems.ts';
import { addressBlock, addressSite, CLIENTS_OF_A_SITE } from '../read-address.ts';
import type { Limit, LimitSubject } from '../route.ts';
import type { Count, RateLimitStore } from './rate-limit-store.ts';

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
  async check(declared: readonly Limit[], subject: LimitSubject): Promise<Record<string, string>> {
    const limits = withSites(declared, subject);
    const now = this.#clock.now().getTime();
    const known = this.#knownUsedUp(limits, subject, now);
    const standings = known ?? (await this.#count(limits, subject, now));
    const headers = rateLimitHeaders(limits, standings, now);
    const ends = standings.flatMap(({ refusedUntil = 0 }) => (refusedUntil > 0 ? [refusedUntil] : []));
    if (ends.length === 0) return headers;
    if (!known) this.#remember(limits, standings, subject);
    const advice = standings.flatMap(({ refusedUntil }, index) => (refusedUntil && limits[index]?.advice) || []);
    const seconds = Math.max(1, Math.ceil((Math.max(...ends) - now) / 1_000));
    throw RateLimited.error({
      detail: [`Try again in ${seconds} s.`, ...advice].join(' '),
      headers: { ...headers, 'retry-after': String(seconds) },
    });
  }

  async #count(limits: readonly Limit[], subject: LimitSubject, now: number): Promise<Standing[]> {
    const standings: Standing[] = [];
    let refused = false;
    for (const limit of limits) {
      const standing: Standing = refused ? uncounted(limit, now) : await this.#countOne(limit, subject, now);
      refused ||= standing.refusedUntil !== undefined;
      standings.push(standing);
    }
    return standings;
  }

  async #countOne(limit: Limit, subject: LimitSubject, now: number): Promise<Standing> {
    const { reserve } = limit;
    const count = await this.#store.hit(toTally(limit, subject), now);
    const share = reserve && (await this.#store.hit(toTally(reserve, subject), now));
    if (count.hits <= limit.max) return count;
    if (!share) return { ...count, refusedUntil: count.resetsAt };
    if (share.hits > reserve.max) return { ...count, refusedUntil: Math.min(count.resetsAt, share.resetsAt) };
    const drawn = await this.#store.hit({ ...toTally(limit, subject), name: `${reserve.name}-drawn` }, now);
    if (drawn.hits <= reserve.most) return count;
    return { ...count, refusedUntil: Math.min(count.resetsAt, drawn.resetsAt) };
  }

  #knownUsedUp(limits: readonly Limit[], subject: LimitSubject, now: number): Standing[] | undefined {
    const ends = limits.map((limit) => this.#usedUp.get(keyOf(limit, subject)) ?? 0);
    if (!ends.some((end) => end > now)) return undefined;
    return limits.map((limit, index) => {
      const end = ends[index] as number;
      return end > now ? { hits: limit.max + 1, resetsAt: end, refusedUntil: end } : uncounted(limit, now);
    });
  }

  #remember(limits: readonly Limit[], standings: readonly Standing[], subject: LimitSubject): void {
    if (this.#usedUp.size > REMEMBERED) this.#usedUp.clear();
    for (const [index, { refusedUntil }] of standings.entries()) {
      if (refusedUntil !== undefined) this.#usedUp.set(keyOf(limits[index] as Limit, subject), refusedUntil);
    }
  }
}

/** The limits by address, each with that of its site behind it; of IPv4 there are none. */
function withSites(limits: readonly Limit[], { address }: LimitSubject): readonly Limit[] {
  if (addressSite(address) === address) return limits;
  return limits.flatMap((limit) => {
    if (limit.per !== 'address') return [limit];
    const { name, max, windowSeconds } = limit;
    const ofSite = { name: `${name}-site`, max: max * CLIENTS_OF_A_SITE, windowSeconds };
    return [limit, { ...ofSite, per: (subject: LimitSubject) => addressSite(subject.address) }];
  });
}

/** Where a limit stands, and until when it refuses the request, if it does. */
interface Standing extends Count {
  refusedUntil?: number;
}

/** Where a limit stands for a request that another limit refuses anyway. */
function uncounted({ windowSeconds }: Limit, now: number): Standing {
  return { hits: 0, resetsAt: now + windowSeconds * 1_000 };
}

/** What refusals of a limit are remembered by: another share of a reserve may not be refused. */
function keyOf(limit: Limit, subject: LimitSubject): string {
  const tallies = [limit, ...(limit.reserve ? [limit.reserve] : [])].map((one) => toTally(one, subject));
  return tallies.map(({ name, value, windowSeconds }) => `${name}\u0000${windowSeconds}\u0000${value}`).join('\u0000');
}

function toTally({ name, per, windowSeconds }: Pick<Limit, 'name' | 'per' | 'windowSeconds'>, subject: LimitSubject) {
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
    const remaining = Math.max(0, (limits[index] as Limit).max - hits);
    return `"${(limits[index] as Limit).name}";r=${remaining};t=${Math.max(0, Math.ceil((resetsAt - now) / 1_000))}`;
  });
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') };
}
