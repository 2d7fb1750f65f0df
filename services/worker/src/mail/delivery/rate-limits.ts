import type { Clock, Database, Sql } from '@postern/runtime';
import { toDate } from '@postern/runtime';

/** At most `max` mails a `windowMs`, all replicas together. */
export interface RateRule {
  max: number;
  windowMs: number;
}

export interface RateRules {
  /** By provider name. */
  providers: ReadonlyMap<string, RateRule>;
  /** By recipient domain; `*` is for each domain that has no rule of its own. */
  domains: ReadonlyMap<string, RateRule>;
}

/** Which limit is used up, and when there is room again. */
export interface RateDenial {
  limit: string;
  at: Date;
}

/** A replica takes this part of a window's mails at a time: fewer statements, at the price of some left unused. */
const SHARE = 20;

interface Grant {
  left: number;
  until: number;
  /** The window had nothing left to give. */
  denied: boolean;
}

/**
 * Rate limits that replicas share through the database: a row a limit holds what was used of the current window, and a
 * replica takes a share of it at a time. Where no rule is set nothing is asked.
 */
export class RateLimits {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #rules: RateRules;
  readonly #grants = new Map<string, Grant>();
  readonly #renewals = new Map<string, Promise<void>>();
  /** The limits whose row is known to exist. */
  readonly #rows = new Set<string>();

  constructor(database: Database, clock: Clock, rules: RateRules) {
    this.#database = database;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Takes a place for one mail. Undefined: go ahead. Otherwise when to ask again, and which limit said no. */
  async take(provider: string, domain: string): Promise<RateDenial | undefined> {
    const { domains } = this.#rules;
    return (
      (await this.takeOfProvider(provider)) ??
      (await this.#takeOne(`domain ${domain}`.slice(0, 190), domains.get(domain) ?? domains.get('*')))
    );
  }

  /** As `take`, for a mail that has its place with its domain already. */
  takeOfProvider(provider: string): Promise<RateDenial | undefined> {
    return this.#takeOne(`provider ${provider}`, this.#rules.providers.get(provider));
  }

  async #takeOne(name: string, rule: RateRule | undefined): Promise<RateDenial | undefined> {
    if (!rule) return undefined;
    for (;;) {
      const grant = this.#grants.get(name);
      const holds = grant !== undefined && grant.until > this.#clock.now().getTime();
      if (holds && grant.left > 0) {
        grant.left -= 1;
        return undefined;
      }
      if (holds && grant.denied) return { limit: name, at: new Date(grant.until) };
      await this.#renew(name, rule);
    }
  }

  /** Asks for a further share; who asks meanwhile waits for the same answer. */
  #renew(name: string, rule: RateRule): Promise<void> {
    let renewal = this.#renewals.get(name);
    if (!renewal) {
      renewal = this.#ask(name, rule).finally(() => this.#renewals.delete(name));
      this.#renewals.set(name, renewal);
    }
    return renewal;
  }

  async #ask(name: string, rule: RateRule): Promise<void> {
    if (!this.#rows.has(name)) {
      // In a statement of its own: within the transaction its shared lock, taken by two replicas, would deadlock both.
      const row = { name, window_started_at: new Date(0), used: 0 };
      await this.#database.sql('mail_rates').insert(row).onConflict('name').ignore();
      this.#rows.add(name);
    }
    this.#grants.set(name, await this.#database.transaction((tx) => this.#grant(tx, name, rule)));
  }

  async #grant(tx: Sql, name: string, { max, windowMs }: RateRule): Promise<Grant> {
    const now = this.#clock.now().getTime();
    const start = now - (now % windowMs);
    const until = start + windowMs;
    const query = tx.sql('mail_rates').where({ name }).first('window_started_at', 'used');
    const row: { window_started_at: unknown; used: number } = await (tx.dialect === 'mysql'
      ? query.forUpdate()
      : query);
    // A replica whose clock runs ahead may have begun the next window already: what it used counts.
    const current = (toDate(row.window_started_at) as Date).getTime() >= start;
    const used = current ? row.used : 0;
    const left = Math.max(0, Math.min(Math.ceil(max / SHARE), max - used));
    if (left > 0) {
      await tx
        .sql('mail_rates')
        .where({ name })
        .update({ used: used + left, ...(current ? {} : { window_started_at: new Date(start) }) });
    }
    return { left, until, denied: left === 0 };
  }
}
