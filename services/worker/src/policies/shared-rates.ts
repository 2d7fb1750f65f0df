import { hash } from 'node:crypto';
import type { Clock, Database } from '@postern/runtime';
import { RateGrants } from './rate-grants.ts';
import { type RateRule, RateWindows } from './rate-windows.ts';

/** Which limit is used up, and when there is room again. */
export interface RateDenial {
  limit: string;
  at: Date;
}

/** A place within one limit, or why there is none. `giveBack` frees a place that was not used; call it once. */
type Place = { denial: RateDenial } | { denial?: undefined; giveBack: () => void };

const UNLIMITED: Place = { giveBack: () => undefined };
/** How often a place is asked for of a database that takes longer than the window: what it gives then is of one that has passed. */
const MOST_TOO_LATE = 5;
/** Of the column `mail_rates.name`. */
const MAX_NAME = 190;

/**
 * Rate limits that replicas share through the database. A replica takes a share of a window's places at a time and hands
 * them out from memory. Where no rule is set nothing is asked.
 */
export class SharedRates {
  readonly #clock: Clock;
  readonly #windows: RateWindows;
  readonly #grants = new RateGrants();
  readonly #renewals = new Map<string, Promise<void>>();

  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#windows = new RateWindows(database, clock);
  }

  /** Takes a place within the limit of that name. */
  async take(limit: string, rule: RateRule | undefined): Promise<Place> {
    if (!rule) return UNLIMITED;
    const name = rowName(limit);
    for (let tooLate = 0; ; ) {
      const now = this.#clock.now().getTime();
      const grant = this.#grants.get(name, now);
      if (grant && grant.left > 0) {
        grant.left -= 1;
        // To the window it came from: when that has passed meanwhile, the place is gone with it.
        const giveBack = () => {
          grant.left += 1;
        };
        return { giveBack };
      }
      if (grant?.denied) return { denial: { limit: name, at: new Date(grant.until) } };
      if (!grant && tooLate++ === MOST_TOO_LATE) return { denial: { limit: name, at: new Date(now + rule.windowMs) } };
      await this.#renew(name, rule);
    }
  }

  /** Asks for a further share; whoever asks meanwhile waits for the same answer. */
  #renew(name: string, rule: RateRule): Promise<void> {
    let renewal = this.#renewals.get(name);
    if (!renewal) {
      renewal = this.#claim(name, rule).finally(() => this.#renewals.delete(name));
      this.#renewals.set(name, renewal);
    }
    return renewal;
  }

  async #claim(name: string, rule: RateRule): Promise<void> {
    const ofWindow = (start: number) => this.#grants.get(name, start);
    const { start, places } = await this.#windows.claim(name, rule, (at) => ofWindow(at)?.taken ?? 0);
    // Places given back while the database was asked are in it, so a grant of the same window is added to.
    const grant = ofWindow(start) ?? { start, until: start + rule.windowMs, taken: 0, left: 0, denied: false };
    grant.taken += places;
    grant.left += places;
    grant.denied = places === 0;
    this.#grants.keep(name, grant, this.#clock.now().getTime());
  }
}

/** A name that fits the column; what is too long is distinguished by its hash, so that no two limits are one. */
function rowName(limit: string): string {
  if (limit.length <= MAX_NAME) return limit;
  const digest = hash('sha256', limit);
  return `${limit.slice(0, MAX_NAME - digest.length - 1)} ${digest}`;
}
