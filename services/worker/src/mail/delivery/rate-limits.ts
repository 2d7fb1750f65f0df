import type { RateRule } from '../../policies/rate-windows.ts';
import type { RateDenial, SharedRates } from '../../policies/shared-rates.ts';
import { WaitingLines } from './waiting-lines.ts';

export type { RateRule } from '../../policies/rate-windows.ts';
export type { RateDenial } from '../../policies/shared-rates.ts';

export interface RateRules {
  /** By provider name. */
  providers: ReadonlyMap<string, RateRule>;
  /** By recipient domain; `*` is for each domain that has no rule of its own. */
  domains: ReadonlyMap<string, RateRule>;
}

/** How many mails a provider and a domain are sent, all replicas together. */
export class RateLimits {
  readonly #rules: RateRules;
  readonly #rates: SharedRates;
  readonly #lines = new WaitingLines();

  constructor(rates: SharedRates, rules: RateRules) {
    this.#rates = rates;
    this.#rules = rules;
  }

  /**
   * Takes a place for one mail. Undefined: go ahead. Otherwise when to ask again, in line with the others that were denied, and which limit said no.
   *
   * The domain is asked first: mails to a domain at its limit must not touch the places that all domains share, not even
   * for a moment in which another mail finds that there are none.
   */
  async take(provider: string, domain: string): Promise<RateDenial | undefined> {
    const { domains } = this.#rules;
    const rule = domains.get(domain) ?? domains.get('*');
    const place = await this.#rates.take(`domain ${domain}`, rule);
    if (place.denial) return this.#inLine(place.denial, rule);
    let goes = false;
    try {
      const denial = await this.takeOfProvider(provider);
      goes = denial === undefined;
      return this.#inLine(denial, this.#rules.providers.get(provider));
    } finally {
      if (!goes) place.giveBack();
    }
  }

  /** As `take`, for a mail that has its place with its domain already. */
  async takeOfProvider(provider: string): Promise<RateDenial | undefined> {
    return (await this.#rates.take(`provider ${provider}`, this.#rules.providers.get(provider))).denial;
  }

  #inLine(denial: RateDenial | undefined, rule: RateRule | undefined): RateDenial | undefined {
    return denial && rule && { ...denial, at: this.#lines.next(denial, rule) };
  }
}
