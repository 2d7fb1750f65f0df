import { type Clock, isMomentary, isRetryable, isUnavailable } from '@postern/runtime';
import { RateLimited } from '../problems.ts';
import { addressBlock, addressSite, CLIENTS_OF_A_SITE } from '../read-address.ts';
import type { Limit, LimitSubject, ProblemError } from '../route.ts';
import type { RateLimitStore, Tally } from './rate-limit-store.ts';

/** Used-up limits remembered in this process, so that a flood is refused without asking the database. */
const REMEMBERED = 10_000;
/** For so long: another replica may take back what had used one up. */
const REMEMBERED_MS = 10_000;
/** So much may two looks at the database's clock differ. */
const CLOCK_ROOM_SECONDS = 60;

type Counts = Pick<RateLimitStore, 'hit' | 'takeBack'>;

/** A request that was let through. */
export interface Admitted {
  /** For its answer. */
  headers: Record<string, string>;
  counted: readonly Counted[];
}

interface Counted {
  tally: Tally;
  resetsAt: number;
}

/** Enforces the limits of a route and writes their headers (draft-ietf-httpapi-ratelimit-headers-10). */
export class RateLimiter {
  readonly #store: Counts;
  readonly #clock: Clock;
  readonly #usedUp = new Map<string, { moreAt: number; since: number }>();

  constructor(store: Counts, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Counts the request on each limit in turn. Where one is used up the later ones are not counted: a stranger who makes up
   * what they count by (addresses of people, tokens) adds no more rows than the limit before allows.
   *
   * @throws ProblemError 429 with Retry-After when one of them is used up
   */
  async check(declared: readonly Limit[], subject: LimitSubject): Promise<Admitted> {
    const limits = withSites(declared, subject);
    const now = this.#clock.now().getTime();
    const known = this.#knownUsedUp(limits, subject, now);
    const standings = known ?? (await this.#count(limits, subject, now));
    if (standings.some((standing) => standing?.refused)) {
      if (!known) this.#remember(limits, standings, subject, now);
      throw refusal(limits, standings, now);
    }
    const headers = rateLimitHeaders(limits, standings, now);
    return { headers, counted: standings.flatMap((standing) => standing?.counted ?? []) };
  }

  /** What `check` would throw by what is remembered here, without asking the database; undefined where that has to be asked. */
  knownRefusal(declared: readonly Limit[], subject: LimitSubject): ProblemError | undefined {
    const limits = withSites(declared, subject);
    const now = this.#clock.now().getTime();
    const known = this.#knownUsedUp(limits, subject, now);
    return known && refusal(limits, known, now);
  }

  /**
   * Runs what was let through, and takes back what it counted where the database could not do it, which is nobody's doing: whoever comes again, as 503
   * asks them to, uses nothing up by it. Where nobody can know whether it was done (`CommitOutcomeUnknown`) it stays counted, and so does a
   * request that was turned away for another reason, as whoever fills a queue could come for ever.
   */
  async takingBack<T>({ counted }: Admitted, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (isUnavailable(error) || isRetryable(error)) await this.#takeBack(counted);
      throw error;
    }
  }

  async #takeBack(counted: readonly Counted[]): Promise<void> {
    // Whoever was refused while these counted need not be any more.
    this.#usedUp.clear();
    try {
      for (const { tally, resetsAt } of counted) await this.#store.takeBack(tally, resetsAt);
    } catch (error) {
      // A database that cannot do this either: the counts end with their windows.
      if (!isMomentary(error)) throw error;
    }
  }

  async #count(limits: readonly Limit[], subject: LimitSubject, now: number): Promise<Standings> {
    const standings: Standing[] = [];
    for (const limit of limits) {
      const standing = await this.#countOne(limit, subject, now);
      standings.push(standing);
      if (standing.refused) break;
    }
    return standings;
  }

  async #countOne(limit: Limit, subject: LimitSubject, now: number): Promise<Standing> {
    const { max, reserve } = limit;
    const counted: Counted[] = [];
    const hit = async (tally: Tally) => {
      const count = await this.#store.hit(tally, now);
      counted.push({ tally, resetsAt: count.resetsAt });
      return count;
    };
    const { hits, resetsAt } = await hit(toTally(limit, subject));
    const left = Math.max(0, max - hits);
    if (!reserve) return { left, moreAt: resetsAt, refused: hits > max, counted };
    const share = await hit(toTally(reserve, subject));
    const moreAt = left > 0 ? resetsAt : Math.min(resetsAt, share.resetsAt);
    if (hits <= max) return { left, moreAt, refused: false, counted };
    if (share.hits > 1) return { left, moreAt, refused: true };
    if (reserve.most === undefined) return { left, moreAt, refused: false, counted };
    const drawn = await hit({ ...toTally(limit, subject), name: `${reserve.name}-drawn` });
    if (drawn.hits <= reserve.most) return { left, moreAt, refused: false, counted };
    // Refused or not, it was the one request of its share.
    return { left, moreAt: Math.min(resetsAt, Math.max(share.resetsAt, drawn.resetsAt)), refused: true };
  }

  #knownUsedUp(limits: readonly Limit[], subject: LimitSubject, now: number): Standings | undefined {
    const ends = limits.map((limit) => {
      const { moreAt, since } = this.#usedUp.get(keyOf(limit, subject)) ?? { moreAt: 0, since: 0 };
      // Neither what is later than any window that begins now, nor what is of later than now: remembered while the clock was ahead.
      return moreAt - now > longestMs(limit) || Math.abs(now - since) > REMEMBERED_MS ? 0 : moreAt;
    });
    if (!ends.some((end) => end > now)) return undefined;
    return ends.map((end) => (end > now ? { left: 0, moreAt: end, refused: true } : undefined));
  }

  #remember(limits: readonly Limit[], standings: Standings, subject: LimitSubject, since: number): void {
    if (this.#usedUp.size > REMEMBERED) this.#usedUp.clear();
    for (const [index, standing] of standings.entries()) {
      if (!standing?.refused) continue;
      this.#usedUp.set(keyOf(limits[index] as Limit, subject), { moreAt: standing.moreAt, since });
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

/** Where a limit stands for whoever asks. */
interface Standing {
  /** How many requests it still lets through. */
  left: number;
  /** When it lets more through, milliseconds since 1970. */
  moreAt: number;
  refused: boolean;
  /** What the request counted on it, where it is let through. */
  counted?: readonly Counted[];
}

/** One for each limit, in their order; of what was not counted, as another limit refuses the request, nothing is known. */
type Standings = readonly (Standing | undefined)[];

/** @param standings one of which refuses */
function refusal(limits: readonly Limit[], standings: Standings, now: number): ProblemError {
  const waits = standings.flatMap((standing) => (standing?.refused ? [secondsUntil(standing, now)] : []));
  const advice = standings.flatMap((standing, index) => (standing?.refused && limits[index]?.advice) || []);
  const seconds = Math.max(1, ...waits);
  return RateLimited.error({
    detail: [`Try again in ${seconds} s.`, ...advice].join(' '),
    headers: { ...rateLimitHeaders(limits, standings, now), 'retry-after': String(seconds) },
  });
}

/** What refusals of a limit are remembered by: another share of a reserve may not be refused. */
function keyOf(limit: Limit, subject: LimitSubject): string {
  const tallies = [limit, ...(limit.reserve ? [limit.reserve] : [])].map((one) => toTally(one, subject));
  return tallies.map(({ name, value, windowSeconds }) => `${name}\u0000${windowSeconds}\u0000${value}`).join('\u0000');
}

function longestMs({ windowSeconds, reserve }: Limit): number {
  return (Math.max(windowSeconds, reserve?.windowSeconds ?? 0) + CLOCK_ROOM_SECONDS) * 1_000;
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

/**
 * `RateLimit-Policy: "sign-up";q=10;w=60` with an item for each limit, and `RateLimit: "sign-up";r=9;t=60` for each that is known of; but for
 * secret ones, and those of effects, which are counted when the headers are made.
 */
function rateLimitHeaders(limits: readonly Limit[], standings: Standings, now: number): Record<string, string> {
  const shown = limits.flatMap((limit, index) =>
    limit.secret || limit.ofEffects ? [] : [{ ...limit, standing: standings[index] }],
  );
  if (shown.length === 0) return {};
  const policies = shown.map(({ name, max, windowSeconds }) => `"${name}";q=${max};w=${windowSeconds}`);
  const states = shown.flatMap(({ name, standing }) => {
    return standing ? [`"${name}";r=${standing.left};t=${secondsUntil(standing, now)}`] : [];
  });
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') };
}

function secondsUntil({ moreAt }: Standing, now: number): number {
  return Math.max(0, Math.ceil((moreAt - now) / 1_000));
}
