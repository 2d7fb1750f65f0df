/** What a replica took of one window of a limit. Times in milliseconds since 1970. */
interface RateGrant {
  readonly start: number;
  readonly until: number;
  /** Places taken in all, handed out or not. */
  taken: number;
  /** Of those, not handed out yet. */
  left: number;
  /** The window had nothing left to give. */
  denied: boolean;
}

/**
 * A replica's grants, of so many limits at most: who chooses recipients chooses their domains, and must not fill the memory
 * with them. Beyond that the grant that was not asked for the longest is forgotten; its unused places are lost until the
 * next window, which errs on the side of fewer mails.
 */
export class RateGrants {
  readonly #limit: number;
  /** Least recently used first. */
  readonly #grants = new Map<string, RateGrant>();

  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#grants.size;
  }

  /** The grant of the window that `at` lies in. A clock that was set back makes a later window's grant worth nothing. */
  get(name: string, at: number): RateGrant | undefined {
    const grant = this.#grants.get(name);
    if (!grant || at < grant.start || at >= grant.until) return undefined;
    this.#put(name, grant);
    return grant;
  }

  keep(name: string, grant: RateGrant, now: number): void {
    this.#put(name, grant);
    if (this.#grants.size <= this.#limit) return;
    for (const [other, { until }] of this.#grants) if (until <= now) this.#grants.delete(other);
    for (const oldest of this.#grants.keys()) {
      if (this.#grants.size <= this.#limit) return;
      this.#grants.delete(oldest);
    }
  }

  #put(name: string, grant: RateGrant): void {
    this.#grants.delete(name);
    this.#grants.set(name, grant);
  }
}
