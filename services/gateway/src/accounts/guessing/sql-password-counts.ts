import type { Database } from '@postern/runtime';
import { type Count, RateLimitStore, type Tally } from '../../http/limits/rate-limit-store.ts';
import type { AccountsConfig } from '../config.ts';
import { PasswordCounts } from './password-counts.ts';

/** In the table of the rate limits, which is swept with them; what is counted by is a keyed hash. */
export class SqlPasswordCounts extends PasswordCounts {
  readonly #store: RateLimitStore;

  constructor(database: Database, { root }: AccountsConfig) {
    super();
    this.#store = new RateLimitStore(database, () => root.derive('password-counts'));
  }

  override hit(tally: Tally, now: number): Promise<Count> {
    return this.#store.hit(tally, now);
  }
}
